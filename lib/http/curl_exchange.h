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

/// One exchange in libcurl: a handle, its options, and what its callbacks collect. It does not
/// follow redirects. Each exchange has a connection of its own, so that no exchange uses a
/// connection that was opened under the rules of another one.
class CurlExchange {
 public:
  /// Prepares an exchange. Files of certificates and passwords are read only if they and the
  /// directories above them belong to `owners`. `user_agent` is sent as it is.
  /// Errors: kKeysMissing, kInternal.
  static Result<std::unique_ptr<CurlExchange>> Create(const HttpRequest& request, Owners owners,
                                                      const std::string& user_agent);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;
  ~CurlExchange() = default;

  /// Returns the handle, which the caller adds to a multi handle. It lives as long as the exchange.
  [[nodiscard]] CURL* handle() const { return handle_.get(); }

  /// Returns where a redirect leads, or "". Valid once libcurl has ended the exchange.
  [[nodiscard]] std::string RedirectTarget() const;
  /// Checks whether `text` has the bearer token in it, as it is or escaped. Text of that kind must
  /// not get into a message: any user may read the log and the state of the daemon.
  [[nodiscard]] bool RepeatsToken(std::string_view text) const;
  /// Returns the response. Must be called once, after libcurl has ended the exchange with `code`.
  /// Errors: kKeysMissing, with the url and the reason.
  Result<HttpResponse> TakeResponse(CURLcode code);

 private:
  explicit CurlExchange(const HttpRequest& request);
  Status Prepare(Owners owners, const std::string& user_agent);
  Status SetHeaders(const std::string& user_agent);
  [[nodiscard]] Status SetBody() const;
  [[nodiscard]] Status SetTransport() const;
  Status SetBearerToken(Owners owners);
  Status SetProxy(Owners owners);
  [[nodiscard]] Status SetTrust(Owners owners) const;
  Status SetCallbacks();
  /// Returns whether libcurl is to look for a proxy in the environment.
  [[nodiscard]] bool UsesEnvironmentProxy() const;
  /// Checks whether the rules of the request allow this address.
  [[nodiscard]] bool MayConnect(const sockaddr& address, socklen_t size) const;
  /// Returns the end of an error about a certificate: whose it is, or which authorities are
  /// trusted.
  [[nodiscard]] std::string DescribeTrust() const;
  /// Returns the end of an error that the request wants for failures of this kind, or "".
  [[nodiscard]] std::string AdviceFor(CURLcode code) const;
  /// Returns a text for the log that is the same each time the same failure happens.
  [[nodiscard]] std::string DescribeFailure(CURLcode code) const;

  // Callbacks of libcurl. `self` is the exchange. They must not throw through C code.
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose,
                                    curl_sockaddr* address) noexcept;

  HttpRequest request_;
  ResponseBuilder response_;
  bool is_plain_ = false;  // http://
  SecretString bearer_token_;
  SecretString proxy_password_;
  std::string problem_;  // why a callback ended the exchange, or which address it refused
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlSlistPtr header_lines_;
  CurlEasyPtr handle_;
};

}  // namespace pamjwt::http
