#include "jwt-sso/provider/provider.h"

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "core/jose/jwk_set.h"
#include "core/oauth/provider_error.h"
#include "core/oauth/provider_text.h"
#include "core/oauth/token_request.h"
#include "http/caching.h"
#include "http/http.h"
#include "io/clock.h"
#include "io/without_links.h"
#include "jwt-sso/provider/ask.h"
#include "jwt-sso/provider/client_secret.h"
#include "jwt-sso/provider/repeated_secret.h"

namespace pamjwt::sso {
namespace {

constexpr int kOk = 200;
constexpr int kNotFound = 404;

Error AtUrl(const std::string& url, const Error& error) {
  return {error.reason, url + ": " + error.detail};
}

Error RepeatsWhatWasSent(const std::string& url) {
  return {Reason::kMalformed,
          url + ": the answer repeats a secret that was sent: tell the provider's administrator"};
}

/// Returns what the provider said of an error, for a message.
std::string Words(const oauth::ProviderError& error) {
  std::string words = oauth::ShowProviderText(error.code);
  if (!error.description.empty()) words += ", " + oauth::ShowProviderText(error.description);
  return words;
}

/// Reads the answer of an endpoint with `parse`, and keeps what `form` sent out of its errors.
template <typename Answer>
Result<Answer> ReadAnswer(const std::string& url, const http::HttpResponse& response,
                          const oauth::Form& form, std::string_view client_secret,
                          Result<Answer> (*parse)(int, std::string_view)) {
  Result<Answer> answer = parse(response.status, response.body);
  if (!answer.ok() && IsBusy(response)) return UnexpectedStatus(url, response, "", Now());
  if (!answer.ok() && RepeatsSecret(answer.error().detail, form, client_secret)) {
    return RepeatsWhatWasSent(url);
  }
  if (!answer.ok()) return AtUrl(url, answer.error());
  Answer read = std::move(answer).value();
  auto* const error = std::get_if<oauth::ProviderError>(&read);
  if (error == nullptr) return read;
  if (RepeatsSecret(error->code, form, client_secret)) return RepeatsWhatWasSent(url);
  if (RepeatsSecret(error->description, form, client_secret)) error->description.clear();
  // Some providers send slow_down (RFC 8628 §3.5) with 429.
  if (IsBusy(response) && error->code != "slow_down") {
    return UnexpectedStatus(url, response, Words(*error), Now());
  }
  return read;
}

bool WantsNonce(const oauth::TokenAnswer& answer) {
  const auto* const error = std::get_if<oauth::ProviderError>(&answer);
  return error != nullptr && oauth::WantsDpopNonce(*error);
}

}  // namespace

Result<Provider> Provider::Discover(const ClientProfile& profile, std::int64_t deadline_ns) {
  Provider provider;
  provider.profile_ = profile;
  if (!profile.ca_file.empty()) provider.profile_.ca_file = WithoutLinks(profile.ca_file);
  provider.deadline_ns_ = deadline_ns;
  if (!profile.client_secret_file.empty()) {
    Result<SecretString> secret =
        ReadClientSecret(WithoutLinks(profile.client_secret_file), OwnersFor(true));
    if (!secret.ok()) return std::move(secret).error();
    provider.client_secret_ = std::move(secret).value();
  }
  Result<oauth::Metadata> metadata = provider.FetchMetadata();
  if (!metadata.ok()) return std::move(metadata).error();
  provider.metadata_ = std::move(metadata).value();
  const Result<oauth::ClientAuthMethod> method =
      oauth::ChooseClientAuth(provider.metadata_, provider.client());
  if (!method.ok()) return method.error();
  provider.auth_method_ = method.value();
  return provider;
}

Result<oauth::Metadata> Provider::FetchMetadata() {
  const Result<std::string> first = oauth::OpenIdMetadataUrl(profile_.issuer);
  if (!first.ok()) return first.error();
  const Result<std::string> second = oauth::OauthMetadataUrl(profile_.issuer);
  if (!second.ok()) return second.error();
  std::string url = first.value();
  Result<http::HttpResponse> response = Get(url, oauth::kMaxMetadataBytes);
  if (response.ok() && response.value().status == kNotFound) {
    url = second.value();
    response = Get(url, oauth::kMaxMetadataBytes);
  }
  if (!response.ok()) return std::move(response).error();
  if (response.value().status != kOk) {
    Error error = UnexpectedStatus(url, response.value(), "", Now());
    if (!IsBusy(response.value())) error.detail += ": check the issuer of the profile";
    return error;
  }
  Result<oauth::Metadata> metadata = oauth::ParseMetadata(response.value().body, profile_.issuer);
  if (!metadata.ok()) return AtUrl(url, metadata.error());
  return metadata;
}

oauth::Client Provider::client() const {
  return {profile_.client_id, client_secret_.view()};
}

Result<http::HttpResponse> Provider::Send(http::HttpRequest request) {
  Result<http::HttpResponse> response = Ask(std::move(request), profile_, deadline_ns_);
  if (!response.ok()) return response;
  const std::optional<UnixTime> time =
      http::SenderTime(response.value().date, response.value().age);
  clock_ahead_ = Seconds{time.has_value() ? time->seconds - Now().seconds : 0};
  return response;
}

Result<http::HttpResponse> Provider::Get(const std::string& url, std::size_t max_bytes) {
  http::HttpRequest request;
  request.url = url;
  request.max_bytes = max_bytes;
  return Send(std::move(request));
}

Result<http::HttpResponse> Provider::Post(const std::string& url, const oauth::Form& form,
                                          const std::string& proof) {
  http::HttpRequest request;
  request.url = url;
  request.post = std::string(form.text());
  request.max_bytes = oauth::kMaxTokenAnswerBytes;
  const SecretString authorization = oauth::AuthorizationOf(auth_method_, client());
  if (!authorization.empty()) {
    request.fields.push_back({"Authorization", std::string(authorization.view())});
  }
  if (!proof.empty()) request.fields.push_back({"DPoP", proof});
  return Send(std::move(request));
}

Result<std::string> Provider::Proof(const oauth::DpopKey* key) const {
  if (key == nullptr) return std::string();
  const oauth::DpopRequest request{
      .method = "POST", .url = metadata_.token_endpoint, .nonce = dpop_nonce_, .access_token = {}};
  return oauth::MakeDpopProof(*key, request, Now());
}

Result<oauth::TokenAnswer> Provider::AskForTokens(const oauth::Form& form,
                                                  const oauth::DpopKey* key) {
  const std::string& url = metadata_.token_endpoint;
  const Result<std::string> proof = Proof(key);
  if (!proof.ok()) return proof.error();
  const Result<http::HttpResponse> response = Post(url, form, proof.value());
  if (!response.ok()) return response.error();
  // Any answer may bring the nonce of the next proof (RFC 9449 §8.2).
  const std::string& nonce = response.value().dpop_nonce;
  if (oauth::CheckDpopNonce(nonce).ok()) dpop_nonce_ = nonce;
  return ReadAnswer(url, response.value(), form, client_secret_.view(), &oauth::ParseTokenAnswer);
}

Result<oauth::TokenAnswer> Provider::RequestTokens(oauth::Form form, const oauth::DpopKey* key) {
  oauth::AddClient(form, auth_method_, client());
  const std::string old_nonce = dpop_nonce_;
  Result<oauth::TokenAnswer> answer = AskForTokens(form, key);
  if (key == nullptr || !answer.ok() || !WantsNonce(answer.value())) return answer;
  if (dpop_nonce_ != old_nonce) answer = AskForTokens(form, key);
  if (!answer.ok() || !WantsNonce(answer.value())) return answer;
  return Error{Reason::kMalformed,
               metadata_.token_endpoint +
                   ": the provider wants another DPoP nonce each time, or sends none that can be "
                   "used: tell its administrator"};
}

Result<oauth::DeviceAnswer> Provider::BeginDeviceLogin(oauth::Form form) {
  const std::string& url = metadata_.device_authorization_endpoint;
  if (url.empty()) {
    return Error{Reason::kMalformed,
                 "the provider offers no login on another device: its metadata "
                 "has no device_authorization_endpoint"};
  }
  oauth::AddClient(form, auth_method_, client());
  const Result<http::HttpResponse> response = Post(url, form, "");
  if (!response.ok()) return response.error();
  return ReadAnswer(url, response.value(), form, client_secret_.view(), &oauth::ParseDeviceAnswer);
}

Result<std::vector<Jwk>> Provider::FetchKeys() {
  const std::string& url = metadata_.jwks_uri;
  if (url.empty()) {
    return Error{Reason::kMalformed, "the metadata of the provider has no jwks_uri"};
  }
  const Result<http::HttpResponse> response = Get(url, kMaxJwkSetBytes);
  if (!response.ok()) return response.error();
  if (response.value().status != kOk) return UnexpectedStatus(url, response.value(), "", Now());
  Result<JwkSet> set = ParseJwkSet(response.value().body);
  if (!set.ok()) return Error{Reason::kMalformed, url + ": " + set.error().detail};
  if (set.value().keys.empty()) {
    return Error{Reason::kMalformed, url + ": has no key that can verify a signature"};
  }
  return std::move(set).value().keys;
}

Status Provider::Revoke(std::string_view refresh_token) {
  constexpr int kFirstOfOthers = 300;
  const std::string& url = metadata_.revocation_endpoint;
  if (url.empty()) return Ok();
  oauth::Form form;
  form.Add("token", refresh_token);
  form.Add("token_type_hint", "refresh_token");
  oauth::AddClient(form, auth_method_, client());
  const Result<http::HttpResponse> response = Post(url, form, "");
  if (!response.ok()) return response.error();
  const int status = response.value().status;
  if (status >= kOk && status < kFirstOfOthers) return Ok();
  const Result<oauth::TokenAnswer> answer =
      ReadAnswer(url, response.value(), form, client_secret_.view(), &oauth::ParseTokenAnswer);
  if (!answer.ok()) return answer.error();
  const auto* const error = std::get_if<oauth::ProviderError>(&answer.value());
  if (error == nullptr) return UnexpectedStatus(url, response.value(), "", Now());
  return Error{Reason::kMalformed, url + ": " + oauth::Describe(*error)};
}

std::string Provider::DescribeClock() const {
  constexpr std::int64_t kLeast = 30;
  const std::int64_t ahead = clock_ahead_.count;
  if (std::abs(ahead) < kLeast) return "";
  return " (the clock of this computer is " + std::to_string(std::abs(ahead)) + " seconds " +
         (ahead > 0 ? "behind" : "ahead of") + " the provider's)";
}

}  // namespace pamjwt::sso
