#include "jwks-fetcher/sockets.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/base/log_field.h"
#include "jwks-fetcher/host/notify.h"
#include "jwks-fetcher/varlink/listen_at.h"

namespace pamjwt::fetcher {
namespace {

constexpr mode_t kPublicMode = 0666;
constexpr mode_t kRedeemMode = 0660;
constexpr const char* kRedeemGroup = "jwt-redeem";

/// Makes the socket `redeem`. Returns no descriptor if that fails.
UniqueFd ListenForRedeem(const std::string& path, const LogSink& log) {
  Result<UniqueFd> listener = ListenAt(path, kRedeemMode);
  if (!listener.ok()) {
    log(LogLevel::kError,
        "redeem_socket_unavailable" + LogField("detail", listener.error().detail));
    return {};
  }
  const Status given = GiveToGroup(path, kRedeemGroup);
  if (!given.ok()) {
    log(LogLevel::kNotice, "redeem_socket_is_roots" + LogField("detail", given.error().detail));
  }
  return std::move(listener).value();
}

}  // namespace

Status Sockets::TakePassed() {
  Result<std::map<std::string, UniqueFd>> passed = TakeActivatedSockets();
  if (!passed.ok()) return std::move(passed).error();
  std::map<std::string, UniqueFd> sockets = std::move(passed).value();
  for (auto& [name, listener] : sockets) {
    if (name == "public") {
      ServePublic(std::move(listener));
    } else if (name == "redeem") {
      ServeRedeem(std::move(listener));
    }
  }
  return Ok();
}

Status Sockets::MakeOthers(const KeysOptions& keys, const LogSink& log) {
  if (!has_public_) {
    Result<UniqueFd> listener = ListenAt(*keys.public_socket, kPublicMode);
    if (!listener.ok()) return std::move(listener).error();
    ServePublic(std::move(listener).value());
  }
  if (!has_redeem_) {
    UniqueFd listener = ListenForRedeem(*keys.redeem_socket, log);
    if (listener.ok()) ServeRedeem(std::move(listener));
  }
  return Ok();
}

void Sockets::ServePublic(UniqueFd listener) {
  servers_.push_back(std::make_unique<VarlinkServer>(std::move(listener), on_public_));
  has_public_ = true;
}

void Sockets::ServeRedeem(UniqueFd listener) {
  servers_.push_back(std::make_unique<VarlinkServer>(std::move(listener), on_redeem_));
  has_redeem_ = true;
}

std::vector<pollfd> Sockets::PollFds() const {
  std::vector<pollfd> fds;
  for (const auto& server : servers_) {
    const std::vector<pollfd> more = server->PollFds();
    fds.insert(fds.end(), more.begin(), more.end());
  }
  return fds;
}

void Sockets::Serve(std::span<const pollfd> fds, MonoTime now) {
  for (const auto& server : servers_) {
    server->Serve(fds, now);
  }
}

MonoTime Sockets::NextWake() const {
  MonoTime next = kNever;
  for (const auto& server : servers_) {
    next = std::min(next, server->NextWake());
  }
  return next;
}

}  // namespace pamjwt::fetcher
