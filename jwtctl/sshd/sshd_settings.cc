#include "jwtctl/sshd/sshd_settings.h"

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

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

  std::string_view ReadValue() {
    SkipBlanks();
    TakeWord(true);
    SkipSign();
    SkipBlanks();
    return rest_;
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

/// Returns the parts of a list between its separators.
std::vector<std::string_view> Split(std::string_view list, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(separator, begin), list.size());
    parts.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::size_t Count(std::string_view list, std::string_view word) {
  const std::vector<std::string_view> parts = Split(list, ',');
  return static_cast<std::size_t>(std::count(parts.begin(), parts.end(), word));
}

/// Returns a list of algorithms, or "" if a sign in front says that it changes the default, which
/// is not known.
std::string WholeList(std::string_view value) {
  const bool is_change =
      !value.empty() && std::string_view("+-^").find(value.front()) != value.npos;
  return is_change ? "" : std::string(value);
}

}  // namespace

bool SshdSettings::MethodsAllowKeyboardInteractive() const {
  return methods == "any" || methods.find("keyboard-interactive") != std::string::npos;
}

std::size_t SshdSettings::MostPublicKeys() const {
  if (methods == "any") return 1;
  std::size_t most = 0;
  for (const std::string_view list : Split(methods, ' ')) {
    most = std::max(most, Count(list, "publickey"));
  }
  return most;
}

bool SshdSettings::TakesKeyCertificates() const {
  return key_algorithms.empty() || key_algorithms.find("-cert-v01@") != std::string::npos;
}

bool SshdSettings::TakesTheirSigner() const {
  return ca_algorithms.empty() || Count(ca_algorithms, "ecdsa-sha2-nistp256") > 0;
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
  settings.public_keys = Find(text, "pubkeyauthentication").value_or("yes") == "yes";
  settings.keys_command = Find(text, "authorizedkeyscommand").value_or(settings.keys_command);
  if (ToLowerAscii(settings.keys_command) == "none") settings.keys_command = "none";
  settings.keys_user = Find(text, "authorizedkeyscommanduser").value_or(settings.keys_user);
  settings.key_algorithms = WholeList(Find(text, "pubkeyacceptedalgorithms").value_or(""));
  settings.ca_algorithms = WholeList(Find(text, "casignaturealgorithms").value_or(""));
  settings.penalties = Find(text, "persourcepenalties").value_or(settings.penalties);
  return settings;
}

std::vector<std::string> SshdWords(std::string_view line) {
  return SshdLineReader(line).Read();
}

std::string_view SshdValue(std::string_view line) {
  return SshdLineReader(line).ReadValue();
}

bool SetsAnything(std::string_view text) {
  const std::vector<std::string_view> lines = SplitLines(text);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return !SshdWords(line).empty(); });
}

}  // namespace pamjwt::ctl
