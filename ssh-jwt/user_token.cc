#include "ssh-jwt/user_token.h"

#include <unistd.h>

#include <utility>

#include "io/program_of.h"
#include "ssh-jwt/command.h"

namespace pamjwt::ssh {
namespace {

constexpr int kNoProfile = 4;  // jwt-sso(1), EXIT STATUS

bool IsProgram(const std::string& path) {
  return access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<UserToken> GetUserToken(const TokenWish& wish, const Target& target) {
  const Result<TokenSource> source = FindTokenSource(wish);
  const bool is_named = source.ok() && source.value().kind != TokenSource::Kind::kOwnFile;
  if (!is_named && !wish.sso_program.empty() && !target.host.empty()) {
    Result<std::optional<SecretString>> token = TokenOfProfile(wish.sso_program, target.host);
    if (!token.ok()) return std::move(token).error();
    std::optional<SecretString> text = std::move(token).value();
    if (text.has_value()) return UserToken{*std::move(text), true, false};
  }
  if (!source.ok()) return source.error();
  Result<SecretString> token = ReadToken(source.value(), target);
  if (!token.ok()) return std::move(token).error();
  const bool is_of_command = source.value().kind == TokenSource::Kind::kCommand;
  return UserToken{std::move(token).value(), false, is_of_command};
}

Result<std::optional<SecretString>> TokenOfProfile(const std::string& program,
                                                   const std::string& host) {
  const Result<Output> output =
      Capture({program, "token", "--host=" + host}, CapturedStream::kOutput, kMaxTokenOutput);
  if (!output.ok()) return output.error();
  const int status = output.value().status;
  if (status == kNoProfile) return std::optional<SecretString>();
  if (status != 0) {
    return Error{Reason::kNoToken, "there is no token for " + host + " from jwt-sso (exit status " +
                                       std::to_string(status) + ")"};
  }
  Result<SecretString> token = TokenIn(output.value().text.view(), "the output of jwt-sso");
  if (!token.ok()) return std::move(token).error();
  return std::optional(std::move(token).value());
}

std::string FindJwtSso() {
  std::string usual = "/usr/bin/jwt-sso";
  const Result<std::string> own = ProgramOf(getpid());
  if (own.ok()) {
    std::string beside = own.value().substr(0, own.value().rfind('/')) + "/jwt-sso";
    if (IsProgram(beside)) return beside;
  }
  return IsProgram(usual) ? usual : "";
}

}  // namespace pamjwt::ssh
