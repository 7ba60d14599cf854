#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::fetcher {

struct HttpRequest {
  std::string url;
  std::string ca_file;  ///< empty: the host's certificates
  std::string proxy;    ///< empty: none; the environment is never asked
  Seconds timeout{10};  ///< for the whole exchange
  std::size_t max_bytes = std::size_t{1024} * 1024;  ///< of the body, after decompression
  bool allow_plain = false;                          ///< http:// too, to loopback only
  bool allow_loopback = false;  ///< may the name resolve to loopback or link-local addresses?
  std::string etag;             ///< sent as If-None-Match if not empty
  std::string last_modified;    ///< sent as If-Modified-Since if not empty
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string etag;
  std::string last_modified;
  std::string cache_control;
  std::string expires;
  std::string age;
  std::string date;
};

/// Exchanges over HTTP, several at a time.
class HttpClient {
 public:
  /// The response whatever its status, or why there is none (kKeysMissing).
  using Done = std::function<void(Result<HttpResponse>)>;

  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Starts a GET. `done` is called once, later, from whatever runs the exchanges; never from here.
  virtual void Get(HttpRequest request, Done done) = 0;
};

}  // namespace pamjwt::fetcher
