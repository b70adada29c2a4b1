#include "lines/lines.hpp"

#include <algorithm>

#include "base/sha256.hpp"

namespace ddx {

namespace {

Lines split(std::string_view text) {
  Lines lines{text, {}, {}};
  lines.begins.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size() - 1) + 1)
    lines.begins.push_back(static_cast<std::uint32_t>(at));
  lines.ids.reserve(lines.begins.size());
  return lines;
}

/// Gives each distinct line an id, in the order of their first occurrences: a hash table with open
/// addressing.
class LineTable {
 public:
  /// \param texts  must outlive it
  explicit LineTable(const std::vector<Lines>& texts) : texts_(texts), slots_(smallest, none) {}

  [[nodiscard]] std::size_t size() const { return distinct_.size(); }

  LineId id_of(std::size_t text, LineIndex line) {
    const std::string_view bytes = texts_[text][line];
    const Distinct wanted{static_cast<std::uint32_t>(secret_hash(bytes)), static_cast<std::uint32_t>(text),
                          static_cast<std::uint32_t>(line)};
    const std::size_t slot = find(wanted.hash, [&](const Distinct& known) {
      return known.hash == wanted.hash && texts_[known.text][known.line] == bytes;
    });
    if (slots_[slot] != none) return slots_[slot];
    slots_[slot] = static_cast<LineId>(distinct_.size());
    distinct_.push_back(wanted);
    if (distinct_.size() > slots_.size() / 2) grow();
    return static_cast<LineId>(distinct_.size() - 1);
  }

 private:
  static constexpr std::size_t smallest = 1024;
  static constexpr LineId none = static_cast<LineId>(-1);
  struct Distinct {
    std::uint32_t hash, text, line;  ///< where it was first
  };

  /// The slot of the line that `is_it`, or the free one where it belongs.
  template <class Test>
  [[nodiscard]] std::size_t find(std::uint32_t hash, Test is_it) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != none && !is_it(distinct_[slots_[slot]])) slot = (slot + 1) & mask;
    return slot;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, none);
    for (std::size_t id = 0; id < distinct_.size(); ++id)
      slots_[find(distinct_[id].hash, [](const Distinct&) { return false; })] = static_cast<LineId>(id);
  }

  const std::vector<Lines>& texts_;
  std::vector<LineId> slots_;  ///< as many as a power of two
  std::vector<Distinct> distinct_;
};

}  // namespace

NumberedTexts number_lines(std::initializer_list<std::string_view> texts) {
  NumberedTexts numbered;
  for (const std::string_view text : texts) numbered.texts.push_back(split(text));
  LineTable table(numbered.texts);
  for (std::size_t text = 0; text < numbered.texts.size(); ++text) {
    Lines& lines = numbered.texts[text];
    for (LineIndex line = 0; line < std::ssize(lines.begins); ++line)
      lines.ids.push_back(table.id_of(text, line));
  }
  numbered.distinct = table.size();
  return numbered;
}

}  // namespace ddx
