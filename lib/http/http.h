#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "http/address_rules.h"

namespace pamjwt::http {

/// A field of a request's header.
struct HeaderField {
  std::string name;
  std::string value;
};

/// The ends of errors, which say what to do next. An empty one is left out.
struct HttpAdvice {
  std::string redirect;     ///< about a redirect that is not followed
  std::string unreachable;  ///< if no server is found, or none sends a whole response
  std::string slow;         ///< if the time is up
  std::string untrusted;    ///< if the certificate of the server is not trusted
};

/// A request, and the rules for its exchange. It is a GET, or a POST if it has a body.
struct HttpRequest {
  std::string url;
  /// The body of a POST, which may be empty. It is sent once. Without a field Content-Type in
  /// `fields`, it is a form (application/x-www-form-urlencoded).
  std::optional<std::string> post;
  std::vector<HeaderField> fields;   ///< sent to the origin of `url`, and to no proxy
  std::string ca_file;               ///< the authorities to trust; empty: those of the host
  std::string bearer_token_file;     ///< of a token to send, over https only; empty: no token
  std::string proxy;                 ///< empty: no proxy, unless environment_proxy is set
  bool environment_proxy = false;    ///< without `proxy`: the one that curl(1) would use
  std::string proxy_password_file;   ///< for the user in `proxy`; empty: no password
  std::int64_t timeout_ms = 10'000;  ///< for the exchange and its redirects, once it has started
  std::size_t max_bytes = std::size_t{1024} * 1024;  ///< the longest body, after decompression
  bool allow_plain = false;  ///< allows http://, to loopback addresses only, if `nearest` is kLocal
  /// Nearer addresses are refused: the server's, or the proxy's if the environment names it. With
  /// `proxy`, no address is refused.
  AddressClass nearest = AddressClass::kPublic;
  bool urgent = false;        ///< starts before requests that are not urgent
  bool continues = false;     ///< belongs to work that has begun: starts before what begins work
  std::string etag;           ///< sent as If-None-Match if not empty
  std::string last_modified;  ///< sent as If-Modified-Since if not empty
  HttpAdvice advice;
};

/// A response. A header field that is absent is empty.
struct HttpResponse {
  int status = 0;
  std::string body;
  std::string etag;
  std::string last_modified;
  std::string cache_control;
  std::string expires;
  std::string age;
  std::string date;
  std::string content_type;
  std::string retry_after;                       ///< RFC 9110 §10.2.3
  std::string dpop_nonce;                        ///< RFC 9449 §8
  AddressClass address = AddressClass::kPublic;  ///< of the proxy if one was used, or the server
};

/// A client that runs several HTTP exchanges at a time.
class HttpClient {
 public:
  /// Takes the response, with any status, or the error (kKeysMissing, kInternal) if no whole
  /// response came.
  using HttpDone = std::function<void(Result<HttpResponse>)>;

  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Starts an exchange. Calls `done` once, later, from the function that runs the exchanges, and
  /// never during this call. If the client is destroyed first, `done` is not called.
  virtual void Send(HttpRequest request, HttpDone done) = 0;
  /// Makes the requests for `url` urgent that have not started yet.
  virtual void Hurry(std::string_view url) = 0;
};

}  // namespace pamjwt::http
