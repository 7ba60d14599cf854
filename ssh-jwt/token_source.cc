#include "ssh-jwt/token_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

#include "io/system_error.h"
#include "io/unique_fd.h"
#include "ssh-jwt/command.h"

namespace pamjwt::ssh {
namespace {

constexpr const char* kOfCommand = "what the token command printed";

/// Returns the value of a variable of the environment. It is not copied, as it may be a token.
std::string_view Variable(const char* name) {
  const char* const value = getenv(name);
  return value == nullptr ? std::string_view() : value;
}

bool Exists(const std::string& path) {
  struct stat unused {};
  return lstat(path.c_str(), &unused) == 0;
}

Error NoToken(std::string detail) {
  return Error{Reason::kNoToken, std::move(detail)};
}

Error TooLong(const std::string& source) {
  return Error{Reason::kTooLong,
               source + " is longer than " + std::to_string(kMaxTokenBytes) + " bytes"};
}

Status CheckOwned(int fd, const std::string& path) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return NoToken(path + ": " + DescribeErrno(errno));
  if (!S_ISREG(info.st_mode)) return NoToken(path + " is not a regular file");
  if (info.st_uid != geteuid()) return NoToken(path + " belongs to another user");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return NoToken("other users may use " + path + ": chmod 600 " + path);
  }
  return Ok();
}

Result<SecretString> ReadFile(const TokenSource& source) {
  const bool own = source.kind == TokenSource::Kind::kOwnFile;
  // A file that the user named may be a pipe, as in `<(command)`, so it is opened without
  // O_NONBLOCK.
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (own ? O_NOFOLLOW | O_NONBLOCK : 0);
  const UniqueFd fd(open(source.value.c_str(), flags));
  if (fd.get() < 0) return NoToken(source.value + ": " + DescribeErrno(errno));
  if (own) {
    const Status owned = CheckOwned(fd.get(), source.value);
    if (!owned.ok()) return owned.error();
  }

  SecretString text;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while (text.size() < kMaxTokenOutput && (got = read(fd.get(), block.data(), block.size())) > 0) {
    text.Append({block.data(), static_cast<std::size_t>(got)});
  }
  explicit_bzero(block.data(), block.size());
  if (got < 0) return NoToken(source.value + ": " + DescribeErrno(errno));
  return text;
}

Result<SecretString> RunCommand(const std::string& command, const Target& target) {
  const Result<std::string> expanded = ExpandCommand(command, target);
  if (!expanded.ok()) return expanded.error();
  Result<Output> output = Capture({"/bin/sh", "-c", expanded.value()}, CapturedStream::kOutput,
                                  kMaxTokenOutput, std::nullopt, Excess::kEnd);
  if (!output.ok()) return output.error();
  if (output.value().is_cut) return TooLong(kOfCommand);
  if (output.value().status != 0) {
    return NoToken("the token command ended with status " + std::to_string(output.value().status) +
                   ": " + expanded.value());
  }
  return std::move(std::move(output).value().text);
}

Result<SecretString> ReadRaw(const TokenSource& source, const Target& target) {
  switch (source.kind) {
    case TokenSource::Kind::kCommand:
      return RunCommand(source.value, target);
    case TokenSource::Kind::kFile:
    case TokenSource::Kind::kOwnFile:
      return ReadFile(source);
    case TokenSource::Kind::kVariable:
      return SecretString(Variable(source.value.c_str()));
  }
  return Error{Reason::kInternal, "unknown source"};
}

std::string Describe(const TokenSource& source) {
  switch (source.kind) {
    case TokenSource::Kind::kCommand:
      return kOfCommand;
    case TokenSource::Kind::kFile:
    case TokenSource::Kind::kOwnFile:
      return source.value;
    case TokenSource::Kind::kVariable:
      return "$" + source.value;
  }
  return source.value;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

Result<TokenSource> FindTokenSource(const TokenWish& wish) {
  using Kind = TokenSource::Kind;
  if (!wish.command.empty()) return TokenSource{Kind::kCommand, wish.command};
  if (!wish.file.empty()) return TokenSource{Kind::kFile, wish.file};
  const std::string_view command = wish.any_command ? Variable("SSH_JWT_COMMAND") : "";
  if (!command.empty()) return TokenSource{Kind::kCommand, std::string(command)};

  if (!Variable("BEARER_TOKEN").empty()) return TokenSource{Kind::kVariable, "BEARER_TOKEN"};
  const std::string_view file = Variable("BEARER_TOKEN_FILE");
  if (!file.empty()) return TokenSource{Kind::kFile, std::string(file)};

  const std::string name = "/bt_u" + std::to_string(geteuid());
  const std::string runtime_dir(Variable("XDG_RUNTIME_DIR"));
  for (const std::string& directory : {runtime_dir, wish.tmp_dir}) {
    if (!directory.empty() && Exists(directory + name)) {
      return TokenSource{Kind::kOwnFile, directory + name};
    }
  }
  const std::string usual = (runtime_dir.empty() ? wish.tmp_dir : runtime_dir) + name;
  return NoToken(std::string("no token: ") +
                 (wish.has_options ? "give --token-command or --token-file, or " : "") + "set " +
                 (wish.any_command ? "SSH_JWT_COMMAND, " : "") +
                 "BEARER_TOKEN or BEARER_TOKEN_FILE, or write the token to " + usual +
                 " with mode 600, or ask your administrator for a profile of jwt-sso for prompts "
                 "(use = \"prompt\")");
}

Result<SecretString> ReadToken(const TokenSource& source, const Target& target) {
  const Result<SecretString> raw = ReadRaw(source, target);
  if (!raw.ok()) return raw.error();
  return TokenIn(raw.value().view(), Describe(source));
}

Result<SecretString> TokenIn(std::string_view text, const std::string& source) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  const std::string_view token = Trimmed(text);
  if (token.empty()) return NoToken(source + " is empty");
  if (token.size() > kMaxTokenBytes) return TooLong(source);
  if (token.find_first_not_of(kAlphabet) != std::string_view::npos) {
    return Error{Reason::kMalformed, source + " is not a token"};
  }
  return SecretString(token);
}

Result<std::string> ExpandCommand(std::string_view command, const Target& target) {
  std::string expanded;
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (command[i] != '%') {
      expanded += command[i];
      continue;
    }
    const char which = ++i < command.size() ? command[i] : '\0';
    if (which == '%') {
      expanded += '%';
      continue;
    }
    if (which != 'h' && which != 'r') {
      return Error{Reason::kConfigInvalid, "the token command knows %h, %r and %% only"};
    }
    const std::string& value = which == 'h' ? target.host : target.user;
    if (!IsPlainName(value)) {
      return Error{Reason::kConfigInvalid,
                   "the name of the host or user cannot be put into the token command: a shell "
                   "might take it for more than a word"};
    }
    expanded += value;
  }
  return expanded;
}

}  // namespace pamjwt::ssh
