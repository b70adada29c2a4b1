#include "config/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/text.hpp"

namespace ddx {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::size_t offset_of(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.pos, 0)); }

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

bool is_control(char byte) {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') ||
         byte == 0x7F;
}

}  // namespace

/// Makes nodes of the parser's events.
class YamlDocument::Builder : public YAML::EventHandler {
 public:
  explicit Builder(YamlDocument& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (document_.root_ != nullptr) throw document_.error(offset_of(mark), "a second document begins here");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::null, mark, anchor));
  }
  void OnAlias(const YAML::Mark&, YAML::anchor_t anchor) override { add(*anchors_.at(anchor)); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode& node = make(YamlNode::Kind::scalar, mark, anchor);
    node.text = value;
    add(node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::sequence, mark, anchor));
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::map, mark, anchor));
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    YamlNode* node;
    const YamlNode* key = nullptr;  ///< of a map's entry whose value is still to come
  };

  YamlNode& make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    YamlNode& node = document_.nodes_.emplace_back();
    node.kind = kind;
    node.offset = offset_of(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    return node;
  }

  void add(const YamlNode& node) {
    if (open_.empty()) {
      document_.root_ = &node;
    } else if (Open& parent = open_.back(); parent.node->kind == YamlNode::Kind::sequence) {
      parent.node->items.push_back(&node);
    } else if (parent.key == nullptr) {
      parent.key = &node;
    } else {
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), &node);
    }
  }

  void open(YamlNode& node) {
    if (open_.size() == depth_limit)
      throw document_.error(node.offset, fmt::format("it is nested deeper than {} levels", depth_limit));
    add(node);
    open_.push_back({&node});
  }

  YamlDocument& document_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, const YamlNode*> anchors_;
};

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.first->kind == Kind::scalar && entry.first->text == key;
  });
  return found == entries.end() ? nullptr : found->second;
}

YamlDocument::YamlDocument(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
  if (text.starts_with(byte_order_mark)) text_.erase(0, byte_order_mark.size());
  refuse_unreadable();
  std::istringstream stream(text_);
  Builder builder(*this);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& exception) {
    throw error(offset_of(exception.mark), "not valid YAML: " + printable(exception.msg));
  }
  if (root_ == nullptr) root_ = &nodes_.emplace_back();
}

void YamlDocument::refuse_unreadable() const {
  if (text_.size() > size_limit_bytes)
    throw error(0, fmt::format("it is larger than {} bytes", size_limit_bytes));
  if (!is_valid_utf8(text_)) throw error(0, "it is not UTF-8");
  // The YAML reader takes some control characters for the end of the file and would not look at what follows.
  if (const auto control = std::find_if(text_.begin(), text_.end(), is_control); control != text_.end())
    throw error(static_cast<std::size_t>(control - text_.begin()), "it holds a control character");
}

std::string YamlDocument::where(std::size_t offset) const {
  const std::string_view before = std::string_view(text_).substr(0, std::min(offset, text_.size()));
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  return fmt::format("{}:{}:{}", name_, 1 + std::count(before.begin(), before.end(), '\n'),
                     1 + std::count_if(line.begin(), line.end(), starts_character));
}

Error YamlDocument::error(std::size_t offset, std::string_view message, std::vector<NextStep> steps) const {
  steps.push_back({Recovery::fix_config, where(offset)});
  return Error(ErrorCode::config_invalid, fmt::format("'{}': {}", where(offset), message), std::move(steps));
}

}  // namespace ddx
