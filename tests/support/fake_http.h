#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "http/http.h"

namespace pamjwt::test {

/// An HttpClient whose requests the test answers, the oldest first.
class FakeHttp : public http::HttpClient {
 public:
  void Send(http::HttpRequest request, HttpDone done) override {
    pending_.emplace_back(std::move(request), std::move(done));
    ++count_;
  }

  void Hurry(std::string_view url) override { hurried_ = url; }

  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  [[nodiscard]] int count() const { return count_; }  ///< the number of requests so far
  /// Returns the oldest request that is not answered.
  [[nodiscard]] const http::HttpRequest& next() const { return pending_.at(0).first; }

  /// Returns the url that Hurry() named last, or "".
  [[nodiscard]] const std::string& hurried() const { return hurried_; }

  /// Drops the requests that are not answered.
  void Forget() { pending_.clear(); }
  void Respond(http::HttpResponse response) { Answer(std::move(response)); }
  void Respond(int status, std::string_view body) {
    http::HttpResponse response;
    response.status = status;
    response.body = body;
    Answer(std::move(response));
  }
  void Fail(std::string detail) { Answer(Error{Reason::kKeysMissing, std::move(detail)}); }

 private:
  void Answer(Result<http::HttpResponse> result) {
    if (pending_.empty()) throw std::logic_error("nothing was asked for");
    const HttpDone done = std::move(pending_.front().second);
    pending_.pop_front();
    done(std::move(result));
  }

  std::deque<std::pair<http::HttpRequest, HttpDone>> pending_;
  int count_ = 0;
  std::string hurried_;
};

}  // namespace pamjwt::test
