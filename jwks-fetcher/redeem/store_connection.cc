#include "jwks-fetcher/redeem/store_connection.h"

#include <algorithm>
#include <utility>

namespace pamjwt::fetcher {
namespace {

Error Refuse(const std::string& why) {
  return {Reason::kRedeemUnavailable, "the store: " + why};
}

Error Refuse(CURLcode code) {
  return Refuse(curl_easy_strerror(code));
}

/// Returns an http or https url, since libcurl does not know redis://. libcurl only connects, and
/// sends no HTTP.
std::string CurlUrl(const StoreUrl& url) {
  if (url.kind == StoreUrl::Kind::kUnix) return "http://localhost/";
  const std::string scheme = url.kind == StoreUrl::Kind::kRedisTls ? "https://" : "http://";
  return scheme + url.host + ":" + std::to_string(url.port) + "/";
}

int ToCurlEvents(short events) {
  int found = (events & (POLLIN | POLLHUP)) != 0 ? CURL_CSELECT_IN : 0;
  found |= (events & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
  found |= (events & (POLLERR | POLLNVAL)) != 0 ? CURL_CSELECT_ERR : 0;
  return found;
}

short ToPollEvents(int what) {
  const int events =
      ((what & CURL_POLL_IN) != 0 ? POLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0);
  return static_cast<short>(events);
}

}  // namespace

Result<std::unique_ptr<StoreConnection>> StoreConnection::Open(const StoreUrl& url,
                                                               const std::string& ca_file,
                                                               int timeout_ms, MonoTime now) {
  std::unique_ptr<StoreConnection> connection(new StoreConnection);
  connection->now_ = now;
  Status ready = connection->SetUp(url, ca_file, timeout_ms);
  if (!ready.ok()) return std::move(ready).error();
  return connection;
}

StoreConnection::~StoreConnection() {
  if (multi_ == nullptr) return;
  // From here on the callbacks must not run any more.
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, nullptr);
  if (easy_ != nullptr) curl_multi_remove_handle(multi_.get(), easy_.get());
}

Status StoreConnection::SetUp(const StoreUrl& url, const std::string& ca_file, int timeout_ms) {
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  if (multi_ == nullptr || easy_ == nullptr) return Refuse("libcurl gives no handle");
  http::CurlOptions options(easy_.get());
  options.Set(CURLOPT_URL, CurlUrl(url))
      .Set(CURLOPT_CONNECT_ONLY, 1)
      .Set(CURLOPT_PROXY, "")  // ignores the proxy of the environment
      .Set(CURLOPT_NOSIGNAL, 1)
      .Set(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms)
      .Set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
      .Set(CURLOPT_SSL_ENABLE_ALPN, 0)
      .Set(CURLOPT_SSL_VERIFYPEER, 1)
      .Set(CURLOPT_SSL_VERIFYHOST, 2);
  if (url.kind == StoreUrl::Kind::kUnix) options.Set(CURLOPT_UNIX_SOCKET_PATH, url.path);
  if (!ca_file.empty()) options.Set(CURLOPT_CAINFO, ca_file);
  if (!options.status().ok()) return Refuse(options.status().error().detail);
  CURLM* const multi = multi_.get();
  const bool is_set = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &OnSocket) == CURLM_OK &&
                      curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this) == CURLM_OK &&
                      curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &OnTimer) == CURLM_OK &&
                      curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this) == CURLM_OK &&
                      curl_multi_add_handle(multi, easy_.get()) == CURLM_OK;
  return is_set ? Ok() : Status(Refuse("libcurl cannot begin to connect"));
}

int StoreConnection::OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* self,
                              void* /*unused*/) {
  auto* const connection = static_cast<StoreConnection*>(self);
  if (what == CURL_POLL_REMOVE) {
    connection->sockets_.erase(socket);
  } else {
    connection->sockets_[socket] = what;
  }
  return 0;
}

// NOLINTNEXTLINE(google-runtime-int): libcurl's type
int StoreConnection::OnTimer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto* const connection = static_cast<StoreConnection*>(self);
  connection->wake_ = timeout_ms < 0 ? kNever : MonoTime{connection->now_.ms + timeout_ms};
  return 0;
}

std::vector<pollfd> StoreConnection::PollFds(bool wants_to_send) const {
  if (is_open_) {
    const int events = POLLIN | (wants_to_send ? POLLOUT : 0);
    return {{socket_, static_cast<short>(events), 0}};
  }
  std::vector<pollfd> fds;
  for (const auto& [socket, what] : sockets_) {
    fds.push_back({socket, ToPollEvents(what), 0});
  }
  return fds;
}

Status StoreConnection::Serve(std::span<const pollfd> fds, MonoTime now) {
  now_ = now;
  if (is_open_) return Ok();
  for (const pollfd& fd : fds) {
    if (fd.revents == 0 || !sockets_.contains(fd.fd)) continue;
    Status advanced = Advance(fd.fd, ToCurlEvents(fd.revents));
    if (!advanced.ok()) return advanced;
  }
  if (now < wake_) return CheckProgress();
  wake_ = kNever;
  Status advanced = Advance(CURL_SOCKET_TIMEOUT, 0);
  return advanced.ok() ? CheckProgress() : advanced;
}

Status StoreConnection::Advance(curl_socket_t socket, int events) {
  int running = 0;
  const CURLMcode code = curl_multi_socket_action(multi_.get(), socket, events, &running);
  return code == CURLM_OK ? Ok() : Status(Refuse(curl_multi_strerror(code)));
}

/// Notes whether libcurl has connected. Errors: kRedeemUnavailable if it has given up.
Status StoreConnection::CheckProgress() {
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
  if (message == nullptr || message->msg != CURLMSG_DONE) return Ok();
  if (message->data.result != CURLE_OK) return Refuse(message->data.result);
  const CURLcode found = curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &socket_);
  if (found != CURLE_OK || socket_ == CURL_SOCKET_BAD) return Refuse("libcurl has no connection");
  is_open_ = true;
  wake_ = kNever;
  return Ok();
}

Result<std::size_t> StoreConnection::Send(std::string_view bytes) {
  std::size_t sent = 0;
  const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent);
  if (code == CURLE_AGAIN) return std::size_t{0};
  if (code != CURLE_OK) return Refuse(code);
  return sent;
}

Result<std::size_t> StoreConnection::Receive(std::span<char> buffer) {
  std::size_t received = 0;
  const CURLcode code = curl_easy_recv(easy_.get(), buffer.data(), buffer.size(), &received);
  if (code == CURLE_AGAIN) return std::size_t{0};
  if (code != CURLE_OK) return Refuse(code);
  if (received == 0) return Refuse("it closed the connection");
  return received;
}

}  // namespace pamjwt::fetcher
