#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/curl_handle.h"
#include "http/http.h"
#include "io/file.h"

namespace pamjwt::http {

class CurlExchange;

/// The most exchanges that run at a time. Each exchange reads the authorities anew, and needs about
/// 1 MB once it speaks TLS.
struct CurlLimits {
  std::size_t max_quick = 24;    ///< exchanges younger than slow_ms; urgent ones may exceed it
  std::size_t max_all = 64;      ///< all exchanges: quick, slow and urgent
  std::int64_t slow_ms = 2'000;  ///< the age at which an exchange no longer counts as quick
};

/// An HttpClient over libcurl, and the place where a program waits for all of its events. It speaks
/// https only, or plain http to loopback addresses if a request allows it. It follows at most
/// kMaxRedirects redirects per GET, and only within the origin. A POST that is redirected fails.
class CurlHttp : public HttpClient {
 public:
  static constexpr int kMaxRedirects = 3;

  /// Creates a client that runs no exchange yet. Files of certificates and passwords are read only
  /// if they belong to `owners`. Every request carries `user_agent` (RFC 9110 §10.1.5), for example
  /// "jwks-fetcher/0.1".
  /// The first client initialises libcurl, so it must be created before there are other threads.
  /// Errors: kInternal.
  static Result<std::unique_ptr<CurlHttp>> Create(Owners owners, std::string user_agent,
                                                  CurlLimits limits = {});
  ~CurlHttp() override;

  void Send(HttpRequest request, HttpDone done) override;
  void Hurry(std::string_view url) override;

  /// Waits until a descriptor of `fds` is ready, an exchange moves on, or `timeout_ms` have passed.
  /// Then calls back for each exchange that has ended.
  /// Returns `fds` with the events that happened, as poll(2) does. Errors: kInternal.
  Result<std::vector<pollfd>> Wait(std::vector<pollfd> fds, int timeout_ms);

  /// Returns whether no request waits, no exchange runs, and no callback is due.
  [[nodiscard]] bool idle() const { return waiting_.empty() && running_.empty() && ended_.empty(); }

 private:
  /// A request that waits or runs. `exchange` is null while it waits.
  struct PendingExchange {
    HttpRequest request;
    HttpDone done;
    int redirects = 0;
    std::int64_t begun_ms = 0;
    std::unique_ptr<CurlExchange> exchange;
  };

  CurlHttp(CurlMultiPtr multi, Owners owners, std::string user_agent, CurlLimits limits);
  void StartWaiting();
  void Start(PendingExchange job);
  [[nodiscard]] bool HasRoomFor(const PendingExchange& job) const;
  [[nodiscard]] int BoundedTimeout(int timeout_ms) const;
  void CollectEnded();
  void FinishExchange(CURL* handle, CURLcode code);
  void Follow(PendingExchange job, std::string target);
  void CallBack();

  CurlMultiPtr multi_;
  Owners owners_;
  std::string user_agent_;
  CurlLimits limits_;
  std::deque<PendingExchange> waiting_;  // in the order in which they start
  std::vector<PendingExchange> running_;
  std::vector<std::pair<HttpDone, Result<HttpResponse>>> ended_;
};

}  // namespace pamjwt::http
