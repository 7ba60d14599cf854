#include "jwks-fetcher/varlink/listen_at.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "io/system_error.h"

namespace pamjwt::fetcher {
namespace {

constexpr int kBacklog = SOMAXCONN;  // as of the sockets that systemd passes

Error Refuse(const std::string& path, const std::string& why) {
  return {Reason::kInternal, path + ": " + why};
}

Error CallError(const std::string& path, const char* call) {
  return Refuse(path, std::string(call) + ": " + DescribeErrno(errno));
}

UniqueFd NewSocket() {
  return UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// Removes the socket at `path` if nobody listens on it. Errors: kInternal if another process does,
/// or if the file at `path` is not a socket.
Status RemoveUnusedSocket(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return Ok();  // bind() reports every other problem
  if (!S_ISSOCK(status.st_mode)) {
    return Refuse(path, "is in the way, and is not a socket: remove it");
  }
  const UniqueFd probe = NewSocket();
  const bool is_in_use =
      connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN;
  if (is_in_use) return Refuse(path, "another process listens there");
  if (unlink(path.c_str()) != 0) return CallError(path, "unlink");
  return Ok();
}

}  // namespace

Result<UniqueFd> ListenAt(const std::string& path, mode_t mode) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Refuse(path, "is too long for the path of a socket");
  }
  path.copy(address.sun_path, path.size());
  Status cleared = RemoveUnusedSocket(path, address);
  if (!cleared.ok()) return std::move(cleared).error();

  UniqueFd listener = NewSocket();
  if (!listener.ok()) return CallError(path, "socket");
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return CallError(path, "bind");
  }
  if (chmod(path.c_str(), mode) != 0) return CallError(path, "chmod");
  if (listen(listener.get(), kBacklog) != 0) return CallError(path, "listen");
  return listener;
}

Status GiveToGroup(const std::string& path, const char* group) {
  const struct group* const entry = getgrnam(group);
  const bool is_given =
      entry != nullptr && lchown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) == 0;
  if (is_given) return Ok();
  return Error{Reason::kInternal, "this user is not in the group " + std::string(group)};
}

}  // namespace pamjwt::fetcher
