#include "http/curl_exchange.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/library_text.h"
#include "core/base/url.h"
#include "http/request_header.h"
#include "io/bearer_token_file.h"
#include "io/password_file.h"

namespace pamjwt::http {
namespace {

constexpr std::size_t kMaxCaFileBytes = std::size_t{4} * 1024 * 1024;

/// Returns the lines as a list of libcurl. Errors: kInternal.
Result<CurlSlistPtr> ToCurlList(const std::vector<std::string>& lines) {
  CurlSlistPtr list;
  for (const std::string& line : lines) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return Error{Reason::kInternal, "out of memory"};
    static_cast<void>(list.release());  // it is part of `longer` now
    list.reset(longer);
  }
  return list;
}

/// Returns a message of libcurl without the number of milliseconds in it. If the same failure
/// happens again, the message is then the same, and is logged once.
std::string WithoutSpan(std::string_view text) {
  constexpr std::string_view kAfter = " after ";
  constexpr std::string_view kUnit = " ms";
  const std::size_t at = text.find(kAfter);
  if (at == std::string_view::npos) return std::string(text);
  std::string_view behind = text.substr(at + kAfter.size());
  behind.remove_prefix(std::min(behind.find_first_not_of("0123456789"), behind.size()));
  if (!behind.starts_with(kUnit)) return std::string(text);
  return std::string(text.substr(0, at)).append(behind.substr(kUnit.size()));
}

/// Reads the two hexadecimal digits that the text begins with.
std::optional<char> ReadHexOctet(std::string_view text) {
  const std::string_view digits = text.substr(0, 2);
  unsigned octet = 0;
  const char* const end = digits.data() + digits.size();
  const std::from_chars_result read = std::from_chars(digits.data(), end, octet, 16);
  if (digits.size() < 2 || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return static_cast<char>(octet);
}

/// Returns the text with its escapes undone: "%2F" of a url, and "\/" and "\u002F" of JSON.
std::string WithoutEscapes(std::string_view text) {
  constexpr std::string_view kJsonMark = "\\u00";
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const bool is_json = text.starts_with(kJsonMark);
    const std::size_t mark_size = is_json ? kJsonMark.size() : 1;
    const std::optional<char> octet =
        is_json || text.front() == '%' ? ReadHexOctet(text.substr(mark_size)) : std::nullopt;
    if (octet.has_value()) {
      plain += *octet;
      text.remove_prefix(mark_size + 2);
      continue;
    }
    if (text.front() != '\\') plain += text.front();
    text.remove_prefix(1);
  }
  return plain;
}

/// Returns advice as the end of an error.
std::string AsEnd(const std::string& advice) {
  return advice.empty() ? "" : ": " + advice;
}

/// Returns the secret with a zero byte behind it, up to which libcurl copies a text.
SecretString WithZeroByte(const SecretString& secret) {
  SecretString text(secret.view());
  text.Append({"\0", 1});
  return text;
}

}  // namespace

CurlExchange::CurlExchange(const HttpRequest& request)
    : request_(request), response_(request.max_bytes), handle_(curl_easy_init()) {}

Result<std::unique_ptr<CurlExchange>> CurlExchange::Create(const HttpRequest& request,
                                                           Owners owners,
                                                           const std::string& user_agent) {
  const Result<Url> url = ParseHttpUrl(request.url, Reason::kKeysMissing);
  if (!url.ok()) return Error{Reason::kKeysMissing, "url " + url.error().detail};
  std::unique_ptr<CurlExchange> exchange(new CurlExchange(request));
  exchange->is_plain_ = url.value().scheme == "http";
  if (exchange->is_plain_ && !(request.allow_plain && request.nearest == AddressClass::kLocal)) {
    return Error{Reason::kKeysMissing, request.url + ": not https"};
  }
  if (exchange->handle_ == nullptr) return Error{Reason::kInternal, "libcurl gives no handle"};
  Status prepared = exchange->Prepare(owners, user_agent);
  if (!prepared.ok()) return std::move(prepared).error();
  return exchange;
}

Status CurlExchange::Prepare(Owners owners, const std::string& user_agent) {
  Status headers = SetHeaders(user_agent);
  if (!headers.ok()) return headers;
  Status body = SetBody();
  if (!body.ok()) return body;
  Status transport = SetTransport();
  if (!transport.ok()) return transport;
  Status bearer = SetBearerToken(owners);
  if (!bearer.ok()) return bearer;
  Status proxy = SetProxy(owners);
  if (!proxy.ok()) return proxy;
  Status trust = SetTrust(owners);
  if (!trust.ok()) return trust;
  return SetCallbacks();
}

Status CurlExchange::SetHeaders(const std::string& user_agent) {
  const Result<std::vector<std::string>> lines = HeaderLines(request_);
  if (!lines.ok()) return Error{lines.error().reason, request_.url + ": " + lines.error().detail};
  Result<CurlSlistPtr> list = ToCurlList(lines.value());
  if (!list.ok()) return std::move(list).error();
  header_lines_ = std::move(list).value();
  return CurlOptions(handle())
      .Set(CURLOPT_URL, request_.url)
      .Set(CURLOPT_HTTPHEADER, header_lines_.get())
      .Set(CURLOPT_USERAGENT, user_agent)
      .Set(CURLOPT_ACCEPT_ENCODING, "gzip")
      .status();
}

Status CurlExchange::SetBody() const {
  if (!request_.post.has_value()) return Ok();
  return CurlOptions(handle())
      .Set(CURLOPT_POST, 1)
      .Set(CURLOPT_POSTFIELDSIZE_LARGE, request_.post->size())
      .Set(CURLOPT_POSTFIELDS, request_.post->data())  // not copied by libcurl
      .status();
}

Status CurlExchange::SetTransport() const {
  CurlOptions options(handle());
#if LIBCURL_VERSION_NUM >= 0x075500
  options.Set(CURLOPT_PROTOCOLS_STR, is_plain_ ? "http" : "https");
#else
  options.Set(CURLOPT_PROTOCOLS, is_plain_ ? CURLPROTO_HTTP : CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without this, libcurl waits for a resolver that hangs, even when the time is up.
  options.Set(CURLOPT_QUICK_EXIT, 1);
#endif
  options.Set(CURLOPT_FOLLOWLOCATION, 0)
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
      .Set(CURLOPT_NETRC, CURL_NETRC_IGNORED)
      .Set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
      .Set(CURLOPT_NOSIGNAL, 1)
      .Set(CURLOPT_FRESH_CONNECT, 1)
      .Set(CURLOPT_FORBID_REUSE, 1)
      .Set(CURLOPT_TIMEOUT_MS, request_.timeout_ms)
      // Leaves time for a second name server after one that does not answer.
      .Set(CURLOPT_CONNECTTIMEOUT_MS, std::max<std::int64_t>(1, request_.timeout_ms / 10 * 8))
      .Set(CURLOPT_MAXFILESIZE_LARGE, request_.max_bytes);
  return options.status();
}

/// Has libcurl send the token to the server. libcurl never sends it to a proxy. A redirect to
/// another origin is not followed, so the token stays with the origin of the url.
Status CurlExchange::SetBearerToken(Owners owners) {
  if (request_.bearer_token_file.empty()) return Ok();
  if (is_plain_) return Error{Reason::kKeysMissing, request_.url + ": a bearer token needs https"};
  // The file is read for each exchange, because tokens are short-lived.
  Result<SecretString> token =
      ReadBearerTokenFile(request_.bearer_token_file, owners, Reason::kKeysMissing);
  if (!token.ok()) return std::move(token).error();
  bearer_token_ = std::move(token).value();
  return CurlOptions(handle())
      .Set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER)
      .Set(CURLOPT_XOAUTH2_BEARER, WithZeroByte(bearer_token_).view().data())
      .status();
}

/// Gives libcurl the url of the proxy, formed from its parsed parts without the user. So libcurl
/// cannot find another host in the url, and has no user or password that it could quote.
Status CurlExchange::SetProxy(Owners owners) {
  CurlOptions options(handle());
  options.Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
      .Set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  // Without CURLOPT_PROXY and CURLOPT_NOPROXY, libcurl reads the environment.
  if (UsesEnvironmentProxy()) return options.status();
  options.Set(CURLOPT_NOPROXY, "");
  // "" ignores the proxy of the environment. Plain http stays on this host, so it needs no proxy.
  if (is_plain_ || request_.proxy.empty()) return options.Set(CURLOPT_PROXY, "").status();
  const Result<Url> parsed = ParseProxyUrl(request_.proxy, Reason::kKeysMissing);
  if (!parsed.ok()) return Error{Reason::kKeysMissing, "proxy " + parsed.error().detail};
  Url proxy = parsed.value();
  const std::string user = std::exchange(proxy.user, "");
  options.Set(CURLOPT_PROXY, FormatUrl(proxy));
  if (user.empty()) return options.status();
  options.Set(CURLOPT_PROXYUSERNAME, user);
  if (request_.proxy_password_file.empty()) return options.status();
  // The file is read for each exchange, so that a new password needs no reload.
  Result<SecretString> password =
      ReadPasswordFile(request_.proxy_password_file, owners, Reason::kKeysMissing);
  if (!password.ok()) return std::move(password).error();
  proxy_password_ = std::move(password).value();
  return options.Set(CURLOPT_PROXYPASSWORD, WithZeroByte(proxy_password_).view().data()).status();
}

Status CurlExchange::SetTrust(Owners owners) const {
  CurlOptions options(handle());
  options.Set(CURLOPT_SSL_VERIFYPEER, 1)
      .Set(CURLOPT_SSL_VERIFYHOST, 2)
      .Set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
      .Set(CURLOPT_SSL_SESSIONID_CACHE, 0);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Otherwise libcurl keeps the authorities of a path for a day, whatever the file says meanwhile.
  options.Set(CURLOPT_CA_CACHE_TIMEOUT, 0);
#endif
  if (request_.ca_file.empty()) return options.status();
  // libcurl gets the path and reads the file again, because CURLOPT_CAINFO_BLOB is too new. Only
  // users who may write the file anyway can change it between the two reads.
  const Result<std::string> file =
      ReadTrustedFile(request_.ca_file, {owners, kMaxCaFileBytes, Reason::kKeysMissing});
  if (!file.ok()) return file.error();
  // Only these certificates are trusted, and not the directory that libcurl was built with.
  return options.Set(CURLOPT_CAINFO, request_.ca_file)
      .Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr))
      .status();
}

Status CurlExchange::SetCallbacks() {
  return CurlOptions(handle())
      .Set(CURLOPT_ERRORBUFFER, error_text_.data())
      .Set(CURLOPT_WRITEFUNCTION, &CurlExchange::OnBody)
      .Set(CURLOPT_WRITEDATA, this)
      .Set(CURLOPT_HEADERFUNCTION, &CurlExchange::OnHeader)
      .Set(CURLOPT_HEADERDATA, this)
      .Set(CURLOPT_OPENSOCKETFUNCTION, &CurlExchange::OnOpenSocket)
      .Set(CURLOPT_OPENSOCKETDATA, this)
      .status();
}

// Takes pieces of the body, after decompression.
std::size_t CurlExchange::OnBody(char* data, std::size_t size, std::size_t count,
                                 void* self) noexcept {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const std::size_t bytes = size * count;
  try {
    const Status added = exchange.response_.AddBody({data, bytes});
    if (added.ok()) return bytes;
    exchange.problem_ = added.error().detail;
    return 0;
  } catch (const std::exception&) {
    return 0;
  }
}

std::size_t CurlExchange::OnHeader(char* data, std::size_t size, std::size_t count,
                                   void* self) noexcept {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const std::size_t bytes = size * count;
  try {
    const Status added = exchange.response_.AddHeader({data, bytes});
    if (added.ok()) return bytes;
    exchange.problem_ = added.error().detail;
    return 0;
  } catch (const std::exception&) {
    return 0;
  }
}

// Checks the address that libcurl connects to, so that no other answer of a resolver can come
// between the check and its use.
curl_socket_t CurlExchange::OnOpenSocket(void* self, curlsocktype /*purpose*/,
                                         curl_sockaddr* address) noexcept {
  auto& exchange = *static_cast<CurlExchange*>(self);
  try {
    if (!exchange.MayConnect(address->addr, address->addrlen)) {
      exchange.problem_ = "the name has the address " +
                          ShowAddress(address->addr, address->addrlen) +
                          ", which is not allowed here";
      return CURL_SOCKET_BAD;
    }
  } catch (const std::exception&) {
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool CurlExchange::UsesEnvironmentProxy() const {
  return request_.environment_proxy && request_.proxy.empty() && !is_plain_;
}

bool CurlExchange::MayConnect(const sockaddr& address, socklen_t size) const {
  if (is_plain_) return IsLoopbackAddress(address, size);
  // The administrator chose the address of the proxy. The proxy decides what it connects to.
  if (!request_.proxy.empty()) return true;
  return ClassOf(address, size) <= request_.nearest;
}

std::string CurlExchange::RedirectTarget() const {
  long status = 0;  // NOLINT(google-runtime-int): libcurl's type
  const char* target = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle(), CURLINFO_REDIRECT_URL, &target);
  const bool is_redirect = (status >= 301 && status <= 303) || status == 307 || status == 308;
  return is_redirect && target != nullptr ? target : "";
}

bool CurlExchange::RepeatsToken(std::string_view text) const {
  if (bearer_token_.empty()) return false;
  return text.find(bearer_token_.view()) != std::string_view::npos ||
         WithoutEscapes(text).find(bearer_token_.view()) != std::string::npos;
}

std::string CurlExchange::DescribeTrust() const {
  long of_proxy = 0;  // NOLINT(google-runtime-int): libcurl's type
  curl_easy_getinfo(handle(), CURLINFO_PROXY_SSL_VERIFYRESULT, &of_proxy);
  if (of_proxy != 0) return "; this is the certificate of the proxy";
  if (request_.ca_file.empty()) {
    return "; ca_file is not set, so the authorities of this host are trusted" +
           AsEnd(request_.advice.untrusted);
  }
  return "; only the certificates in ca_file are trusted: " + request_.ca_file +
         AsEnd(request_.advice.untrusted);
}

std::string CurlExchange::AdviceFor(CURLcode code) const {
  const HttpAdvice& advice = request_.advice;
  if (code == CURLE_OPERATION_TIMEDOUT) return AsEnd(advice.slow);
  constexpr std::array kUnreachable = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
                                       CURLE_COULDNT_CONNECT,      CURLE_SSL_CONNECT_ERROR,
                                       CURLE_SEND_ERROR,           CURLE_RECV_ERROR,
                                       CURLE_GOT_NOTHING,          CURLE_PARTIAL_FILE};
  const bool is_unreachable =
      std::find(kUnreachable.begin(), kUnreachable.end(), code) != kUnreachable.end();
  return is_unreachable ? AsEnd(advice.unreachable) : "";
}

std::string CurlExchange::DescribeFailure(CURLcode code) const {
  if (!problem_.empty()) return problem_;
  if (code == CURLE_FILESIZE_EXCEEDED) {
    return "the body has more than " + std::to_string(request_.max_bytes) + " bytes";
  }
  const std::string_view text = error_text_.data();
  if (text.empty()) return curl_easy_strerror(code);
  // The rest of the text quotes the url of the proxy, which may have a password in it.
  if (UsesEnvironmentProxy() && text.starts_with("Unsupported proxy")) {
    return "the proxy of the environment (https_proxy, all_proxy) is not a url that can be used";
  }
  // In "Operation timed out after 1001 milliseconds with 0 bytes received" both numbers vary.
  std::string shown = code == CURLE_OPERATION_TIMEDOUT
                          ? std::string(text.substr(0, text.find(" after ")))
                          : WithoutSpan(text);
  for (const SecretString* const secret : {&proxy_password_, &bearer_token_}) {
    shown = ShowLibraryText(shown, secret->view());
  }
  // Other texts with this code are of a good certificate that has another name.
  const bool is_untrusted =
      code == CURLE_PEER_FAILED_VERIFICATION && text.starts_with("SSL certificate problem");
  return shown + (is_untrusted ? DescribeTrust() : "") + AdviceFor(code);
}

Result<HttpResponse> CurlExchange::TakeResponse(CURLcode code) {
  if (code != CURLE_OK) {
    return Error{Reason::kKeysMissing, request_.url + ": " + DescribeFailure(code)};
  }
  long status = 0;  // NOLINT(google-runtime-int): libcurl's type
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  const char* address = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_PRIMARY_IP, &address);
  HttpResponse response = response_.Take();
  // Messages quote parts of a document.
  if (RepeatsToken(response.body)) {
    return Error{Reason::kKeysMissing, request_.url + ": the response repeats the bearer token"};
  }
  response.status = static_cast<int>(status);
  response.address = ClassOf(std::string(address == nullptr ? "" : address));
  return response;
}

}  // namespace pamjwt::http
