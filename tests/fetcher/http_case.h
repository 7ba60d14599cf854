#pragma once

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fetcher/loopback_server.h"
#include "fetcher/test_ca.h"
#include "http/curl_http.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::http {

/// A CurlHttp, an authority that it trusts, and servers with certificates of this authority.
class HttpCase : public testing::Test {
 protected:
  /// Returns a request that may go to this host, since the name idp.test leads to it.
  [[nodiscard]] HttpRequest RequestFor(std::string url) const {
    HttpRequest request;
    request.url = std::move(url);
    request.ca_file = ca_file_;
    request.nearest = AddressClass::kLocal;
    request.timeout_ms = 20'000;
    return request;
  }

  /// Runs one exchange to its end.
  Result<HttpResponse> Fetch(HttpRequest request) {
    std::optional<Result<HttpResponse>> result;
    http_->Send(std::move(request), [&](Result<HttpResponse> got) { result = std::move(got); });
    while (!result.has_value()) {
      Result<std::vector<pollfd>> waited = http_->Wait({}, 20'000);
      if (!waited.ok()) return std::move(waited).error();
    }
    return std::move(*result);
  }

  /// Returns a server that sends the same bytes over every connection.
  [[nodiscard]] test::LoopbackServer ServerOf(std::string bytes) const {
    return {ca_.MakeServer(), [bytes = std::move(bytes)](test::Connection& connection,
                                                         const test::ServerRequest& /*request*/) {
              connection.Send(bytes);
            }};
  }

  test::TestCa ca_;
  test::TempDir directory_;
  std::string ca_file_ = directory_.Write("ca.pem", ca_.Pem());
  std::unique_ptr<CurlHttp> http_ = CurlHttp::Create(Owners{getuid()}, "test/1").value();
};

/// Answers every request with an empty object.
inline void RespondWell(test::Connection& connection, const test::ServerRequest& /*request*/) {
  connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
}

/// Checks that an exchange failed, with `detail` in its error.
template <typename T>
testing::AssertionResult FailedWith(std::string_view detail, const Result<T>& result) {
  const testing::AssertionResult refused = test::RefusedFor(Reason::kKeysMissing, result);
  if (!refused) return refused;
  if (result.error().detail.find(detail) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().detail;
}

}  // namespace pamjwt::http
