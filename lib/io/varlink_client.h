#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "io/varlink.h"

namespace pamjwt {

/// A call, and how to make it.
struct VarlinkRequest {
  std::string socket;  ///< the path of a Unix socket
  VarlinkCall call;
  int timeout_ms = 1000;  ///< for everything, from connecting to the end of the reply
  std::size_t max_reply_bytes = kMaxVarlinkBytes;
  Reason reason = Reason::kInternal;  ///< the reason of every error
};

/// Makes one call on a connection of its own, and waits for the reply. A reply that names an error
/// is a value. A call with `oneway` waits for nothing, not even to connect, and its reply is empty:
/// nobody knows whether the server took it.
///
/// The server must run as root, as this user, or as the owner of the socket's directory
/// (SO_PEERCRED). The rules for files hold for the directories above: nobody else may write them,
/// and no directory may be a link. Sends nothing to a server that these rules refuse. Uses no
/// threads and no signals, and leaves nothing open.
/// Errors: `request.reason`, if nobody listens, the server is refused, the reply does not come in
/// time or is not Varlink. The detail names the socket.
Result<VarlinkReply> CallVarlink(const VarlinkRequest& request);

/// Checks whether a server at this path could be asked, as CheckPlaceOf does.
/// Errors: kConfigInvalid.
Status CheckSocketPlace(const std::string& socket);

}  // namespace pamjwt
