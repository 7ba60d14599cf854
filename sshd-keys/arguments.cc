#include "sshd-keys/arguments.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace pamjwt::keys {
namespace {

constexpr const char* kHelp =
    R"(Usage: sshd-keys [OPTION]... [--] USER KEY TYPE [--also /PATH [ARGUMENT]...]

Answers sshd, which asks which keys open an account. If KEY is a certificate with a token that opens
the account, prints one line that makes sshd take the certificate. Prints nothing for any other key.
In sshd_config:

  AuthorizedKeysCommand /usr/libexec/pam_jwt/sshd-keys %u %k %t
  AuthorizedKeysCommandUser pam-jwt

  --config FILE     configuration [/etc/pam_jwt/pam_jwt.toml]
  --denylist FILE   denylist [/var/lib/pam_jwt/denied.jsonl]
  --service NAME    PAM service whose rules count [sshd]
  --also /PATH ...  also run this program with these arguments, and print what it prints
  --help            show this
  --version         show the version

The exit code is always 0. What happened is in the log, under sshd-keys.
)";

Error Wrong(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

/// An option that takes a value, and the function that returns the question with it.
struct Option {
  std::string_view name;
  Question (*with)(Question question, std::string_view value);
};

template <auto Member>
Question With(Question question, std::string_view value) {
  question.*Member = std::string(value);
  return question;
}

constexpr std::array kOptions = {
    Option{"--config", With<&Question::config>},
    Option{"--denylist", With<&Question::denylist>},
    Option{"--service", With<&Question::service>},
};

const Option* FindOption(std::string_view name) {
  for (const Option& option : kOptions) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

}  // namespace

Result<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  std::size_t next = 0;
  while (next < words.size()) {
    const std::string_view word = words[next];
    const std::size_t equals = word.find('=');
    const Option* const option = FindOption(word.substr(0, equals));
    if (option == nullptr) break;
    ++next;
    const bool has_value = equals != std::string_view::npos || next < words.size();
    if (!has_value) return Wrong(std::string(option->name) + " needs a value");
    const std::string_view value =
        equals != std::string_view::npos ? word.substr(equals + 1) : words[next++];
    arguments.question = option->with(std::move(arguments.question), value);
  }
  if (next < words.size() && words[next] == "--") {
    ++next;
  }

  constexpr std::size_t kOperands = 3;
  const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(next),
                                      words.end());
  const bool has_also = rest.size() > kOperands && rest[kOperands] == "--also";
  if (rest.size() < kOperands || (rest.size() > kOperands && !has_also)) {
    return Wrong("the command line must be: [OPTION]... USER KEY TYPE [--also /PATH ...]");
  }
  if (rest.size() == kOperands + 1) return Wrong("--also needs the path of a program");
  arguments.question.user = rest[0];
  arguments.question.key = rest[1];
  arguments.type = rest[2];
  if (has_also) {
    arguments.also.assign(rest.begin() + kOperands + 1, rest.end());
  }
  return arguments;
}

std::string AnswerToAPerson(const std::vector<std::string>& words) {
  if (words.size() != 1) return "";
  if (words[0] == "--help") return kHelp;
  if (words[0] == "--version") return "sshd-keys " PAMJWT_VERSION "\n";
  return "";
}

}  // namespace pamjwt::keys
