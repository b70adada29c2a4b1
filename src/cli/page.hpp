#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ddx::cli {

/// What a piece of text is, for people who see colours. The words have to say it too.
enum class Tone { plain, strong, faint, added, removed, hunk, caution, failure };

struct Span {
  Span(const char* literal) : text(literal) {}         // NOLINT(google-explicit-constructor)
  Span(std::string words) : text(std::move(words)) {}  // NOLINT(google-explicit-constructor)
  Span(std::string words, Tone its_tone) : text(std::move(words)), tone(its_tone) {}
  std::string text;
  Tone tone = Tone::plain;
};

enum class Colors { no, yes };

/// Lines of text for people. Line ends and colours come from here alone: whatever else a span holds is made
/// visible (`^[`, `^J`, `<U+202E>`), so no name, message or author can forge a line or move the cursor.
class Page {
 public:
  Page& line(std::vector<Span> spans = {});
  /// A line of its own before what follows, unless the page is still empty.
  Page& heading(const std::string& text);
  Page& append(const Page& other);
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  /// The page's bytes.
  [[nodiscard]] std::string text(Colors colors) const;

 private:
  std::vector<std::vector<Span>> lines_;
};

}  // namespace ddx::cli
