#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "http/http.h"
#include "jwks-fetcher/fetch/discovery.h"
#include "jwks-fetcher/fetch/key_set.h"

namespace pamjwt::fetcher {

/// The end of a fetch of an issuer's keys.
enum class FetchEnd {
  kKeys,         ///< a key set came
  kNotModified,  ///< the keys are the same as those that came last (HTTP 304)
  kFailed,       ///< no keys came, or no keys that could be used
};

/// The outcome of a fetch of an issuer's keys.
struct FetchOutcome {
  FetchEnd end = FetchEnd::kFailed;
  KeySet set;         ///< the keys that came; with kFailed none of them could be used
  std::string error;  ///< why no keys came; only with kFailed
  std::optional<Seconds> fresh_for;  ///< see http::FreshFor; nullopt: the response did not say
  std::optional<Seconds> skew;       ///< the issuer's clock less this host's; nullopt: not known
};

/// Takes what one fetch brought. It is called once.
using FetchDone = std::function<void(FetchOutcome)>;

/// Fetches the keys of one issuer. If the configuration has no jwks_uri, fetches the metadata
/// first.
class IssuerFetch {
 public:
  /// Tells the time of the host.
  using WallClock = std::function<UnixTime()>;

  /// Makes an object that `http` must outlive. If it is destroyed during a fetch, nothing is called
  /// back.
  IssuerFetch(http::HttpClient& http, KeySource source, WallClock clock);

  /// Starts a fetch. No other fetch of this object may be running. Calls `done` once, after this
  /// call has returned. `urgent` says that a login waits: if an earlier fetch has learned where the
  /// keys are, this one then fetches them from there, and does not fetch the metadata anew.
  void Start(bool urgent, FetchDone done);
  /// Makes the fetch that runs urgent: its requests that have not started yet do so before those of
  /// others. Does nothing if none runs, or if it is urgent.
  void Hurry();
  [[nodiscard]] bool running() const { return done_ != nullptr; }
  [[nodiscard]] const KeySource& source() const { return source_; }

  /// Makes the next fetch unconditional, so that the issuer sends its keys even if they are the
  /// same as before.
  void ForgetValidators() { validators_ = {}; }

 private:
  /// Fields of the last good response from `jwks_uri`, which make a request conditional (RFC 9110
  /// §13.1).
  struct Validators {
    std::string jwks_uri;
    std::string etag;
    std::string last_modified;
  };

  void GetMetadata();
  void OnMetadata(const Result<http::HttpResponse>& response);
  void GetKeys(const KeyPlace& place);
  void OnKeys(const Result<http::HttpResponse>& response);
  void TakeKeys(const http::HttpResponse& response, FetchOutcome outcome);
  void TakeNotModified(const http::HttpResponse& response, FetchOutcome outcome);
  void Fail(std::string error, KeySet unusable = {});
  void Finish(FetchOutcome outcome);
  void Get(http::HttpRequest request, void (IssuerFetch::*then)(const Result<http::HttpResponse>&));
  [[nodiscard]] http::HttpRequest RequestFor(const std::string& url) const;

  http::HttpClient& http_;
  KeySource source_;
  WallClock clock_;
  FetchDone done_;
  bool urgent_ = false;
  std::string requested_;          // the url of the last request
  std::optional<KeyPlace> place_;  // where the keys were the last time, or the configured place
  Validators validators_;
  bool is_conditional_ = false;  // whether the running request is conditional
  std::optional<Seconds> skew_;
  // Callbacks hold a weak reference, and do nothing once this object is destroyed.
  std::shared_ptr<IssuerFetch*> self_ = std::make_shared<IssuerFetch*>(this);
};

}  // namespace pamjwt::fetcher
