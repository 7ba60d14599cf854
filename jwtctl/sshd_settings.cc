#include "jwtctl/sshd_settings.h"

#include <algorithm>
#include <optional>

#include "jwtctl/marked_block.h"
#include "jwtctl/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kOurLines =
    "# Tokens come by keyboard-interactive. sshd takes the first value that it reads.\n"
    "UsePAM yes\n"
    "KbdInteractiveAuthentication yes\n";

/// The case of a keyword means nothing to sshd.
std::string SmallLetters(std::string_view keyword) {
  std::string small(keyword);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

/// The value of a keyword as `sshd -T` prints it: keyword, one blank, value. OpenSSH 10.0 prints
/// keywords in small letters, 10.6 as its manual has them.
std::optional<std::string_view> Find(std::string_view text, std::string_view keyword) {
  for (const std::string_view line : SplitLines(text)) {
    const std::string_view shown = WithoutEnd(line);
    const std::size_t blank = shown.find(' ');
    if (blank != shown.npos && SmallLetters(shown.substr(0, blank)) == keyword) {
      return shown.substr(blank + 1);
    }
  }
  return std::nullopt;
}

bool IsOwnLine(std::string_view line) {
  const std::vector<std::string_view> ours = SplitLines(kOurLines);
  return line.starts_with('#') || std::find(ours.begin(), ours.end(), line) != ours.end();
}

}  // namespace

bool SshdSettings::MethodsLeaveAPlace() const {
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
  constexpr std::string_view kSeparators = " \t\r\n=\"";
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kSeparators), line.size()));
    if (line.empty() || line.front() == '#') break;
    words.emplace_back(line.substr(0, line.find_first_of(kSeparators)));
    line.remove_prefix(words.back().size());
  }
  if (!words.empty()) words.front() = SmallLetters(words.front());
  return words;
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
  Result<std::string> rest = DisableInDropIn(text);
  if (!rest.ok()) return rest;
  return MarkedBlock(kOurLines) + rest.value();
}

Result<std::string> DisableInDropIn(std::string_view text) {
  return WithoutMarkedBlocks(text, IsOwnLine);
}

}  // namespace pamjwt::ctl
