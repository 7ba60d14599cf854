#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "http/curl_handle.h"
#include "http/http.h"
#include "http/response_builder.h"
#include "io/file.h"

namespace pamjwt::http {

/// One GET in libcurl: a handle, its options, and what its callbacks collect. Redirects are not
/// followed; each exchange has a connection of its own, so that nobody gets one that was opened
/// under other rules.
class CurlExchange {
 public:
  /// Ready to be run. Files of certificates and passwords are read only if they and what stands
  /// above them belong to `owners`. Errors: kKeysMissing, kInternal.
  static Result<std::unique_ptr<CurlExchange>> Create(const HttpRequest& request, Owners owners,
                                                      const std::string& user_agent);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;
  ~CurlExchange() = default;

  [[nodiscard]] CURL* handle() const { return handle_.get(); }

  /// Once libcurl has ended it: where a redirect leads, or "".
  [[nodiscard]] std::string RedirectTarget() const;
  /// Once libcurl has ended it with `code`: what came, or why nothing did.
  Result<HttpResponse> TakeResponse(CURLcode code);

 private:
  explicit CurlExchange(const HttpRequest& request);
  Status Prepare(Owners owners, const std::string& user_agent);
  Status SetHeaders(const std::string& user_agent);
  [[nodiscard]] Status SetTransport() const;
  Status SetProxy(Owners owners);
  [[nodiscard]] Status SetTrust(Owners owners) const;
  Status SetCallbacks();
  [[nodiscard]] bool MayConnect(const sockaddr& address, socklen_t size) const;
  [[nodiscard]] std::string DescribeFailure(CURLcode code) const;

  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose,
                                    curl_sockaddr* address) noexcept;

  HttpRequest request_;
  ResponseBuilder response_;
  bool is_plain_ = false;  // http://
  SecretString proxy_password_;
  std::string problem_;  // why a callback ended it, or which address was refused
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlSlistPtr header_lines_;
  CurlEasyPtr handle_;
};

}  // namespace pamjwt::http
