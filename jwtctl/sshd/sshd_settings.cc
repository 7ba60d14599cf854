#include "jwtctl/sshd/sshd_settings.h"

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"
#include "jwtctl/text/marked_block.h"
#include "jwtctl/text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kOurLines =
    "# Tokens come by keyboard-interactive. sshd takes the first value that it reads.\n"
    "UsePAM yes\n"
    "KbdInteractiveAuthentication yes\n";

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kLineEnd = " \t\r\n\f";
constexpr std::string_view kEscaped = "\\\"' ";

/// Returns the value of a keyword in the output of `sshd -T`, whose lines are: keyword, one blank,
/// value. OpenSSH 10.0 prints keywords in small letters, 10.6 as its manual writes them.
std::optional<std::string_view> Find(std::string_view text, std::string_view keyword) {
  for (const std::string_view line : SplitLines(text)) {
    const std::string_view shown = WithoutEnd(line);
    const std::size_t blank = shown.find(' ');
    if (blank != shown.npos && ToLowerAscii(shown.substr(0, blank)) == keyword) {
      return shown.substr(blank + 1);
    }
  }
  return std::nullopt;
}

/// Splits one line of sshd_config into its words.
class SshdLineReader {
 public:
  explicit SshdLineReader(std::string_view line)
      : rest_(line.substr(0, line.find_last_not_of(kLineEnd) + 1)) {}  // npos + 1 is 0

  std::vector<std::string> Read() {
    std::vector<std::string> words;
    for (SkipBlanks(); !rest_.empty() && rest_.front() != '#'; SkipBlanks()) {
      words.push_back(TakeWord(words.empty()));
      if (words.size() == 1) SkipSign();
    }
    if (!words.empty()) words.front() = ToLowerAscii(words.front());
    return words;
  }

 private:
  void SkipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  /// Passes over the one equals sign that may stand between the keyword and its value.
  void SkipSign() {
    SkipBlanks();
    if (rest_.starts_with('=')) rest_.remove_prefix(1);
  }

  /// Takes the next word. It ends at a blank outside of quotes, and a keyword also at an equals
  /// sign. A backslash makes a quote, a blank or a backslash behind it an ordinary character.
  std::string TakeWord(bool is_keyword) {
    std::string word;
    char quote = 0;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      const bool is_end = kBlanks.find(c) != kBlanks.npos || (is_keyword && c == '=');
      if (quote == 0 && is_end) break;
      if (c == '\\' && rest_.size() > 1 && kEscaped.find(rest_[1]) != kEscaped.npos) {
        rest_.remove_prefix(1);
        word += rest_.front();
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    }
    return word;
  }

  std::string_view rest_;
};

/// Returns whether a line switches on a setting that makes sshd ask for tokens.
bool SwitchesOn(const std::vector<std::string>& words) {
  return words.size() == 2 && ToLowerAscii(words.back()) == "yes" &&
         (words.front() == "usepam" || words.front() == "kbdinteractiveauthentication" ||
          words.front() == "challengeresponseauthentication");
}

bool IsOwnLine(std::string_view line) {
  const std::vector<std::string_view> ours = SplitLines(kOurLines);
  return line.starts_with('#') || std::find(ours.begin(), ours.end(), line) != ours.end();
}

}  // namespace

bool SshdSettings::MethodsAllowKeyboardInteractive() const {
  return methods == "any" || methods.find("keyboard-interactive") != std::string::npos;
}

Result<SshdSettings> ParseSshdSettings(std::string_view text) {
  const auto pam = Find(text, "usepam");
  const auto keyboard = Find(text, "kbdinteractiveauthentication");
  const auto passwords = Find(text, "passwordauthentication");
  if (!pam.has_value() || !keyboard.has_value() || !passwords.has_value()) {
    return Error{Reason::kConfigInvalid,
                 "sshd -T names no usepam, kbdinteractiveauthentication or passwordauthentication"};
  }
  SshdSettings settings{*pam == "yes", *keyboard == "yes", *passwords == "yes",
                        std::string(Find(text, "authenticationmethods").value_or("any"))};
  settings.root_login = Find(text, "permitrootlogin").value_or(settings.root_login);
  settings.max_auth_tries = Find(text, "maxauthtries").value_or(settings.max_auth_tries);
  return settings;
}

std::vector<std::string> SshdWords(std::string_view line) {
  return SshdLineReader(line).Read();
}

bool SetsAnything(std::string_view text) {
  const std::vector<std::string_view> lines = SplitLines(text);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return !SshdWords(line).empty(); });
}

bool BeginsWithDropIns(std::string_view sshd_config) {
  for (const std::string_view line : SplitLines(sshd_config)) {
    const std::vector<std::string> words = SshdWords(line);
    if (words.empty()) continue;
    if (words.front() != "include") return false;
    for (const char* const pattern : {"/etc/ssh/sshd_config.d/*.conf", "sshd_config.d/*.conf"}) {
      if (std::find(words.begin(), words.end(), pattern) != words.end()) return true;
    }
  }
  return false;
}

Result<std::string> EnableInDropIn(std::string_view text) {
  Result<std::string> rest = WithoutMarkedBlocks(text, IsOwnLine);
  if (!rest.ok()) return rest;
  return MarkedBlock(kOurLines) + rest.value();
}

bool HasTokensAsked(std::string_view text) {
  const Result<std::string> bare = DisableInDropIn(text);
  return !bare.ok() || bare.value() != text;
}

Result<std::string> DisableInDropIn(std::string_view text) {
  const Result<std::string> bare = WithoutMarkedBlocks(text, IsOwnLine);
  if (!bare.ok()) return bare;
  std::string rest;
  bool in_match = false;  // settings in a Match block hold for some users only
  for (const std::string_view line : SplitLines(bare.value())) {
    const std::vector<std::string> words = SshdWords(line);
    in_match |= !words.empty() && words.front() == "match";
    if (in_match || !SwitchesOn(words)) rest += line;
  }
  return rest;
}

}  // namespace pamjwt::ctl
