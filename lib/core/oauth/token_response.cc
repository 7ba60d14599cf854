#include "core/oauth/token_response.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/oauth/members.h"
#include "core/oauth/provider_text.h"

namespace pamjwt::oauth {
namespace {

// A hundred years. A number that is larger is a mistake.
constexpr std::int64_t kMaxLifetime = 100LL * 366 * 24 * 60 * 60;

SecretString ReadToken(MemberReader& reader, std::string_view name) {
  const std::string token = reader.Text(name);
  const bool is_plain =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_plain) reader.Refuse(name, "has a character that no token has");
  return SecretString(token);
}

TokenType ReadType(MemberReader& reader) {
  const std::string text = reader.NeededText("token_type");
  const std::string type = ToLowerAscii(text);  // RFC 6749 §5.1: the case does not count
  if (type == "bearer") return TokenType::kBearer;
  if (type == "dpop") return TokenType::kDpop;
  if (type == "n_a") return TokenType::kNotAnAccess;
  reader.Refuse("token_type", ShowProviderText(text) + " is not known here");
  return TokenType::kNotAnAccess;
}

Result<TokenAnswer> ReadTokens(const Json& answer) {
  MemberReader reader(answer);
  IssuedTokens tokens;
  tokens.access_token = ReadToken(reader, "access_token");
  if (tokens.access_token.empty()) reader.Refuse("access_token", "is absent or empty");
  tokens.type = ReadType(reader);
  tokens.refresh_token = ReadToken(reader, "refresh_token");
  tokens.id_token = ReadToken(reader, "id_token");
  tokens.scope = reader.Text("scope");
  const std::optional<std::int64_t> seconds = reader.Number("expires_in", kMaxLifetime);
  if (seconds.has_value()) tokens.lifetime = Seconds{*seconds};
  Status read = reader.status();
  if (!read.ok()) return std::move(read).error();
  return TokenAnswer(std::move(tokens));
}

}  // namespace

Result<Json> ParseAnswer(int status, std::string_view text) {
  JsonLimits limits;
  limits.max_bytes = kMaxTokenAnswerBytes;
  Result<Json> answer = ParseJsonObject(text, limits);
  if (answer.ok()) return answer;
  return Error{Reason::kMalformed, "the provider answered " + std::to_string(status) +
                                       " with text that is not JSON: " + answer.error().detail};
}

Result<std::optional<ProviderError>> ReadProviderError(const Json& answer) {
  MemberReader reader(answer);
  ProviderError error;
  error.code = reader.Text("error");
  error.description = reader.Text("error_description");
  Status read = reader.status();
  if (!read.ok()) return std::move(read).error();
  return error.code.empty() ? std::nullopt : std::optional(std::move(error));
}

Result<TokenAnswer> ParseTokenAnswer(int status, std::string_view text) {
  constexpr int kOk = 200;
  const Result<Json> answer = ParseAnswer(status, text);
  if (!answer.ok()) return answer.error();
  Result<std::optional<ProviderError>> error = ReadProviderError(answer.value());
  if (!error.ok()) return std::move(error).error();
  if (error.value().has_value()) return TokenAnswer(*std::move(error).value());
  if (status == kOk) return ReadTokens(answer.value());
  return Error{Reason::kMalformed,
               "the provider answered " + std::to_string(status) + " without saying why"};
}

}  // namespace pamjwt::oauth
