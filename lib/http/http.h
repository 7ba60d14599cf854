#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "http/address_rules.h"

namespace pamjwt::http {

struct HttpRequest {
  std::string url;
  std::string ca_file;               ///< empty: the host's certificates
  std::string proxy;                 ///< empty: none; the environment is never asked
  std::string proxy_password_file;   ///< of the proxy's user; empty: there is no password
  std::int64_t timeout_ms = 10'000;  ///< for the whole exchange, once it has started
  std::size_t max_bytes = std::size_t{1024} * 1024;  ///< of the body, after decompression
  bool allow_plain = false;                          ///< http:// too, to loopback only
  AddressClass nearest = AddressClass::kPublic;      ///< no nearer address is connected to
  bool urgent = false;        ///< somebody waits: goes before those that wait to be started
  std::string etag;           ///< sent as If-None-Match if not empty
  std::string last_modified;  ///< sent as If-Modified-Since if not empty
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
  AddressClass address = AddressClass::kPublic;  ///< of the server; with a proxy, of the proxy
};

/// Exchanges over HTTP, several at a time.
class HttpClient {
 public:
  /// The response whatever its status, or why there is none (kKeysMissing).
  using HttpDone = std::function<void(Result<HttpResponse>)>;

  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Starts a GET. `done` is called once, later, from whatever runs the exchanges; never from here.
  virtual void Get(HttpRequest request, HttpDone done) = 0;
};

}  // namespace pamjwt::http
