#pragma once

#include <cstddef>
#include <iterator>

namespace ddx {

/// What the JSON parser reads from. It leaves behind where it is, which the parser's events do not tell.
class ReadingPlace {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  /// \param seen  moved along; must outlive it
  ReadingPlace(const char* place, const char** seen) : place_(place), seen_(seen) {}
  reference operator*() const { return *place_; }
  ReadingPlace& operator++() {
    *seen_ = ++place_;
    return *this;
  }
  ReadingPlace operator++(int) {
    ReadingPlace before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const ReadingPlace& a, const ReadingPlace& b) { return a.place_ == b.place_; }
  friend bool operator!=(const ReadingPlace& a, const ReadingPlace& b) { return a.place_ != b.place_; }

 private:
  const char* place_;
  const char** seen_;
};

}  // namespace ddx
