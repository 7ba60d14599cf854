#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "io/varlink.h"

namespace pamjwt {

struct VarlinkRequest {
  std::string socket;  ///< path of a Unix socket
  VarlinkCall call;
  int timeout_ms = 1000;  ///< for everything, from connecting to the end of the reply
  std::size_t max_reply_bytes = kMaxVarlinkBytes;
  Reason reason = Reason::kInternal;  ///< of the error, whatever is wrong
};

/// Makes one call on a connection of its own, and waits for the reply. A reply that names an error
/// is a value.
///
/// The server must run as root, as this user, or as the owner of the directory that the socket is
/// in (SO_PEERCRED). The rules for files hold: nobody else may write a directory above, and no link
/// is followed. Nothing is sent to any other server. No threads, no signals, nothing is left open.
/// Errors: nobody listens, not in time, no such reply. The detail names the socket.
Result<VarlinkReply> CallVarlink(const VarlinkRequest& request);

/// Could a server at this path be asked? See CheckPlaceOf. Errors: kConfigInvalid.
Status CheckSocketPlace(const std::string& socket);

}  // namespace pamjwt
