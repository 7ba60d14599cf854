#include "jwtctl/stack/stack_rule.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "jwtctl/stack/known_modules.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kBlanks = " \t\n";
constexpr std::string_view kAtInclude = "@include";
constexpr std::string_view kSubstack = "substack";

constexpr auto kTypes = std::to_array<std::string_view>({"auth", "account", "password", "session"});
constexpr auto kControls = std::to_array<std::string_view>(
    {"required", "requisite", "sufficient", "optional", "include", kSubstack});

// Files of Debian that have rules of one type only.
constexpr std::string_view kDebianAuth = "common-auth";
constexpr std::string_view kDebianAccount = "common-account";
constexpr std::string_view kDebianPassword = "common-password";
constexpr auto kDebianOthers = std::to_array<std::string_view>(
    {kDebianPassword, "common-session", "common-session-noninteractive"});

template <typename List>
bool Holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Error RefuseLine(std::size_t line, const std::string& why) {
  return {Reason::kConfigInvalid, "line " + std::to_string(line + 1) + " " + why};
}

bool IsBlankOrComment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  return first == std::string_view::npos || line[first] == '#';
}

/// Splits the text of a rule into words as libpam does.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}

  /// Takes the next word, which may be empty if it stands in brackets. Returns nullopt at the end.
  std::optional<std::string> Next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    if (rest_.empty()) return std::nullopt;
    if (rest_.starts_with('[')) return TakeBracketed();
    const std::size_t end = std::min(rest_.find_first_of(kBlanks), rest_.size());
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

 private:
  /// Takes [words in brackets] without the brackets. A bracket behind a backslash is a character.
  std::string TakeBracketed() {
    std::string word;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != ']') {
      if (rest_.starts_with("\\]")) rest_.remove_prefix(1);
      word += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return word;
  }

  std::string_view rest_;
};

/// The text of a rule, and its lines: those from `line` on, up to `next_line`.
struct RuleText {
  std::size_t line;
  std::size_t next_line;
  std::string text;
};

/// Reads a rule from its text. The target is empty if libpam would not take the text for a rule.
StackRule ParseRule(const RuleText& lines, const ModuleNames& names) {
  WordReader words(lines.text);
  std::string type = ToLowerAscii(words.Next().value_or(""));
  if (type.starts_with('-')) type.erase(0, 1);
  const bool is_include = type == kAtInclude;
  // libpam ignores the case of the four words, in brackets or not, but not of value=action.
  std::string control = is_include ? "include" : words.Next().value_or("");
  const bool is_known = is_include || Holds(kTypes, type);
  std::string target = words.Next().value_or("");
  if (!is_known) target.clear();
  if (Holds(kControls, ToLowerAscii(control))) control = ToLowerAscii(control);
  StackRule rule{lines.line, lines.next_line, std::move(type), std::move(control),
                 std::move(target)};
  if (rule.IncludesFile()) return rule;
  while (std::optional<std::string> option = words.Next()) {
    rule.options.push_back(*std::move(option));
  }
  rule.module_name = names(rule.target);
  return rule;
}

/// Goes through the lines of a file, and joins continued lines to one rule.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : lines_(SplitLines(text)) {}

  Result<std::vector<StackRule>> Read(const ModuleNames& names) {
    std::vector<StackRule> rules;
    while (true) {
      Status skipped = SkipComments();
      if (!skipped.ok()) return std::move(skipped).error();
      if (next_ == lines_.size()) return rules;
      const Result<RuleText> text = TakeRule();
      if (!text.ok()) return text.error();
      rules.push_back(ParseRule(text.value(), names));
      if (rules.back().target.empty()) {
        return RefuseLine(rules.back().line, "is not a rule of a PAM stack");
      }
    }
  }

 private:
  Status SkipComments() {
    for (; next_ < lines_.size() && IsBlankOrComment(lines_[next_]); ++next_) {
      if (lines_[next_].size() > kMaxStackLine) return TooLong(next_);
    }
    return Ok();
  }

  Result<RuleText> TakeRule() {
    RuleText rule{next_, next_, ""};
    std::size_t bytes = 0;
    while (next_ < lines_.size()) {
      const std::string_view line = lines_[next_];
      if (!rule.text.empty() && IsBlankOrComment(line)) {
        return RefuseLine(next_, "stands inside a continued line: join the lines, or move it");
      }
      bytes += line.size();
      if (bytes > kMaxStackLine) return TooLong(rule.line);
      const std::string_view text = WithoutEnd(line.substr(0, line.find('#')));
      if (text.find('\r') != std::string_view::npos) {
        return RefuseLine(next_,
                          "has a carriage return, which libpam takes for a part of the word "
                          "in front of it: end lines as Unix does");
      }
      rule.next_line = ++next_;
      const bool is_continued = line.find('#') == std::string_view::npos && text.ends_with('\\');
      rule.text += text.substr(0, text.size() - (is_continued ? 1 : 0));
      if (!is_continued) return rule;
      rule.text += ' ';
    }
    return RefuseLine(lines_.size() - 1, "ends with a backslash, and no line follows");
  }

  static Error TooLong(std::size_t line) {
    return RefuseLine(line, "has more than " + std::to_string(kMaxStackLine) +
                                " bytes: libpam reads a longer line as two");
  }

  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
};

}  // namespace

std::string NameAsWritten(const std::string& written) {
  return written;
}

bool StackRule::IncludesFile() const {
  return type == kAtInclude || control == "include" || control == kSubstack;
}

std::string_view StackRule::IncludedName() const {
  const std::string_view name = target;
  return name.substr(name.rfind('/') + 1);  // npos + 1 is 0
}

bool StackRule::IsOurModule() const {
  return module_name == kModuleName;
}

bool StackRule::MayAsk() const {
  if (type == kAtInclude) {
    return IncludedName() != kDebianAccount && !Holds(kDebianOthers, IncludedName());
  }
  return type == "auth" && (IncludesFile() || !HasTrait(module_name, ModuleTrait::kQuiet));
}

bool StackRule::MayDecideAccounts() const {
  if (type == kAtInclude) {
    return IncludedName() != kDebianAuth && !Holds(kDebianOthers, IncludedName());
  }
  return type == "account";
}

bool StackRule::MayOpenSessions() const {
  if (type == kAtInclude) {
    const std::string_view name = IncludedName();
    return name != kDebianAuth && name != kDebianAccount && name != kDebianPassword;
  }
  return type == "session" && (IncludesFile() || module_name != "pam_selinux.so");
}

Result<std::vector<StackRule>> ParseStack(std::string_view text, const ModuleNames& names) {
  if (text.size() > kMaxStackBytes) {
    return Error{Reason::kConfigInvalid,
                 "it has more than " + std::to_string(kMaxStackBytes) + " bytes"};
  }
  if (text.find('\0') != std::string_view::npos) {
    return Error{Reason::kConfigInvalid, "it has a NUL byte in it"};
  }
  return RuleReader(text).Read(names);
}

}  // namespace pamjwt::ctl
