#include "jwks-fetcher/fetch/issuer_fetch.h"

#include <utility>

#include "core/jose/jwk_set.h"
#include "http/caching.h"

namespace pamjwt::fetcher {
namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;

/// Says what to do if the server does not give its documents to everybody.
std::string AdviceFor(const KeySource& source, const std::string& url, int status) {
  constexpr int kUnauthorized = 401;
  constexpr int kForbidden = 403;
  if (status != kUnauthorized && status != kForbidden) return "";
  if (source.bearer_token_file.empty()) {
    return ": if the server wants a bearer token, give bearer_token_file";
  }
  if (MayGetBearerToken(source, url)) {
    return ": the server does not accept the token in " + source.bearer_token_file;
  }
  return ": the token in " + source.bearer_token_file +
         " was not sent, because the configuration does not name this origin: give jwks_uri";
}

std::string DescribeStatus(const KeySource& source, const std::string& url, int status) {
  return url + ": HTTP " + std::to_string(status) + AdviceFor(source, url, status);
}

}  // namespace

IssuerFetch::IssuerFetch(http::HttpClient& http, KeySource source, WallClock clock)
    : http_(http), source_(std::move(source)), clock_(std::move(clock)) {
  if (!source_.jwks_uri.empty()) {
    place_ = KeyPlace{source_.jwks_uri, http::AddressClass::kLocal};  // the administrator named it
  }
}

void IssuerFetch::Start(bool urgent, FetchDone done) {
  urgent_ = urgent;
  done_ = std::move(done);
  skew_ = std::nullopt;
  const bool is_known = place_.has_value() && (urgent || !source_.jwks_uri.empty());
  if (is_known) return GetKeys(*place_);
  GetMetadata();
}

void IssuerFetch::Hurry() {
  if (!running() || urgent_) return;
  urgent_ = true;
  http_.Hurry(requested_);
}

http::HttpRequest IssuerFetch::RequestFor(const std::string& url) const {
  http::HttpRequest request;
  request.url = url;
  request.ca_file = source_.ca_file;
  if (MayGetBearerToken(source_, url)) request.bearer_token_file = source_.bearer_token_file;
  request.proxy = source_.proxy;
  request.proxy_password_file = source_.proxy_password_file;
  request.timeout_ms = source_.timeout_ms;
  request.urgent = urgent_;
  request.advice.redirect = "if that place is right, give its url as metadata_url or jwks_uri";
  return request;
}

void IssuerFetch::Get(http::HttpRequest request,
                      void (IssuerFetch::*then)(const Result<http::HttpResponse>&)) {
  requested_ = request.url;
  http_.Send(std::move(request), [weak = std::weak_ptr<IssuerFetch*>(self_),
                                  then](const Result<http::HttpResponse>& response) {
    const std::shared_ptr<IssuerFetch*> self = weak.lock();
    if (self != nullptr) ((*self)->*then)(response);
  });
}

void IssuerFetch::GetMetadata() {
  const Result<std::string> url = MetadataUrl(source_);
  // A request for an empty URL fails too, but only after Start() has returned, as promised.
  http::HttpRequest request = RequestFor(url.ok() ? url.value() : "");
  request.max_bytes = kMaxMetadataBytes;
  request.nearest = http::AddressClass::kLocal;  // the administrator named it
  request.allow_plain = true;
  Get(std::move(request), &IssuerFetch::OnMetadata);
}

void IssuerFetch::OnMetadata(const Result<http::HttpResponse>& response) {
  const Result<std::string> url = MetadataUrl(source_);
  if (!url.ok()) return Fail(url.error().detail);
  if (!response.ok()) return Fail(response.error().detail);
  if (response.value().status != kOk) {
    return Fail(DescribeStatus(source_, url.value(), response.value().status));
  }
  const Result<KeyPlace> place =
      ParseMetadata(response.value().body, source_, response.value().address);
  if (!place.ok()) return Fail(url.value() + ": " + place.error().detail);
  place_ = place.value();
  GetKeys(*place_);
}

void IssuerFetch::GetKeys(const KeyPlace& place) {
  http::HttpRequest request = RequestFor(place.jwks_uri);
  request.max_bytes = kMaxJwkSetBytes;
  request.nearest = place.nearest;
  // Otherwise the keys of many issuers would wait until the metadata of all have come.
  request.continues = true;
  request.allow_plain = place.nearest == http::AddressClass::kLocal;
  if (validators_.jwks_uri == place.jwks_uri) {
    request.etag = validators_.etag;
    request.last_modified = validators_.last_modified;
  }
  is_conditional_ = !request.etag.empty() || !request.last_modified.empty();
  Get(std::move(request), &IssuerFetch::OnKeys);
}

void IssuerFetch::OnKeys(const Result<http::HttpResponse>& result) {
  if (!result.ok()) return Fail(result.error().detail);
  const http::HttpResponse& response = result.value();
  if (const std::optional<UnixTime> time = http::SenderTime(response.date, response.age)) {
    skew_ = Seconds{time->seconds - clock_().seconds};
  }
  FetchOutcome outcome;
  outcome.fresh_for =
      http::FreshFor({response.cache_control, response.expires, response.age, response.date});
  if (response.status == kOk) return TakeKeys(response, std::move(outcome));
  if (response.status == kNotModified) return TakeNotModified(response, std::move(outcome));
  Fail(DescribeStatus(source_, place_->jwks_uri, response.status));
}

void IssuerFetch::TakeKeys(const http::HttpResponse& response, FetchOutcome outcome) {
  Result<KeySet> set = ReadKeySet(response.body, source_.url, source_.key_use);
  if (!set.ok()) return Fail(place_->jwks_uri + ": " + set.error().detail);
  if (set.value().keys.empty()) {
    std::string error = place_->jwks_uri + ": the JWK Set has no key that can be used";
    return Fail(std::move(error), std::move(set).value());
  }
  validators_ = {place_->jwks_uri, response.etag, response.last_modified};
  outcome.end = FetchEnd::kKeys;
  outcome.set = std::move(set).value();
  Finish(std::move(outcome));
}

void IssuerFetch::TakeNotModified(const http::HttpResponse& response, FetchOutcome outcome) {
  if (!is_conditional_) {
    return Fail(DescribeStatus(source_, place_->jwks_uri, kNotModified) +
                ", which was not asked for");
  }
  if (!response.etag.empty()) validators_.etag = response.etag;
  outcome.end = FetchEnd::kNotModified;
  Finish(std::move(outcome));
}

void IssuerFetch::Fail(std::string error, KeySet unusable) {
  FetchOutcome outcome;
  outcome.set = std::move(unusable);
  outcome.error = std::move(error);
  Finish(std::move(outcome));
}

void IssuerFetch::Finish(FetchOutcome outcome) {
  outcome.skew = skew_;
  const FetchDone done = std::exchange(done_, nullptr);
  done(std::move(outcome));  // this comes last, because it may destroy this object
}

}  // namespace pamjwt::fetcher
