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

/// How a fetch of an issuer's keys ended.
enum class FetchEnd {
  kKeys,         ///< a key set came
  kNotModified,  ///< the keys are those that came last (HTTP 304)
  kFailed,       ///< no keys came, or none that could be used
};

/// What a fetch of an issuer's keys brought.
struct FetchOutcome {
  FetchEnd end = FetchEnd::kFailed;
  KeySet set;                        ///< with kKeys
  std::string error;                 ///< with kFailed
  std::optional<Seconds> fresh_for;  ///< as HTTP has it; none: nothing was said
  std::optional<Seconds> skew;       ///< the issuer's clock less this host's, if it told the time
};

/// Takes what one fetch brought. It is called once.
using FetchDone = std::function<void(FetchOutcome)>;

/// Fetches the keys of one issuer: metadata, where the configuration has no jwks_uri, then the
/// keys.
class IssuerFetch {
 public:
  using WallClock = std::function<UnixTime()>;

  /// `http` outlives it. What is on its way when it is destroyed is not called back for.
  IssuerFetch(http::HttpClient& http, KeySource source, WallClock clock);

  /// One at a time. `done` is called once, later. `urgent`, where a login waits, goes straight to
  /// where the keys were the last time; otherwise metadata is asked anew.
  void Start(bool urgent, FetchDone done);
  [[nodiscard]] bool running() const { return done_ != nullptr; }
  [[nodiscard]] const KeySource& source() const { return source_; }

  /// The keys that came last are not kept: the next fetch asks for all of them.
  void ForgetValidators() { validators_ = {}; }

 private:
  /// What makes a request conditional (RFC 9110 §13.1): of the last good response of this place.
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
  void Fail(std::string error);
  void Finish(FetchOutcome outcome);
  void Get(http::HttpRequest request, void (IssuerFetch::*then)(const Result<http::HttpResponse>&));
  [[nodiscard]] http::HttpRequest RequestFor(const std::string& url) const;

  http::HttpClient& http_;
  KeySource source_;
  WallClock clock_;
  FetchDone done_;
  bool urgent_ = false;
  std::optional<KeyPlace> place_;  // where the keys were the last time
  Validators validators_;
  bool is_conditional_ = false;  // the request that is on its way
  std::optional<Seconds> skew_;
  // Callbacks hold a weak reference: without this object they do nothing.
  std::shared_ptr<IssuerFetch*> self_ = std::make_shared<IssuerFetch*>(this);
};

}  // namespace pamjwt::fetcher
