#include "git/fetch_record.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ddx::git {

namespace {

constexpr std::string_view first_line = "ddx-fetch 1";
constexpr std::string_view name_prefix = "ddx-";
constexpr std::string_view name_suffix = ".fetched";

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t length = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return taken;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string record_name(const std::string& project) {
  return fmt::format("{}{}{}", name_prefix, project, name_suffix);
}

bool is_record_name(std::string_view name) {
  return name.starts_with(name_prefix) && name.ends_with(name_suffix);
}

std::string format_record(const UpstreamRepository::LastFetch& record) {
  std::string text = fmt::format("{}\nurl {}\ncommit {}\nbranch {}\ndate {}\n", first_line, record.url,
                                 record.commit.str(), record.branch, record.date.time_since_epoch().count());
  for (const auto& [name, id] : record.tags) text += fmt::format("tag {} {}\n", id.str(), name);
  return text;
}

std::optional<UpstreamRepository::LastFetch> parse_record(std::string_view text) {
  if (take_until(text, '\n') != first_line) return std::nullopt;
  UpstreamRepository::LastFetch record;
  while (!text.empty()) {
    std::string_view rest = take_until(text, '\n');
    const std::string_view key = take_until(rest, ' ');
    if (key == "url") record.url = rest;
    if (key == "branch") record.branch = rest;
    if (key == "commit" || key == "tag") {
      const auto id = Oid::parse(take_until(rest, ' '));
      if (!id) return std::nullopt;
      if (key == "commit") record.commit = *id;
      if (key == "tag") record.tags.emplace_back(rest, *id);
    }
    if (key == "date") {
      const auto seconds = parse_number(rest);
      if (!seconds) return std::nullopt;
      record.date = std::chrono::sys_seconds(std::chrono::seconds(*seconds));
    }
  }
  if (record.commit.is_null()) return std::nullopt;
  return record;
}

}  // namespace ddx::git
