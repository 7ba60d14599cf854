#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "io/unique_fd.h"
#include "io/varlink.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/varlink/reply_text.h"

namespace pamjwt::fetcher {

/// Takes the reply to a call, once, during the call or later. Does nothing if the connection has
/// closed by then.
using VarlinkAnswer = std::function<void(ReplyText)>;
/// Handles one call. `caller` is the user id of the client, as the kernel tells it.
using VarlinkHandler = std::function<void(const VarlinkCall&, uid_t caller, VarlinkAnswer)>;

/// The connection of one client. It never waits, and it handles one call at a time: it reads
/// nothing before the reply to the last call is written. So a client that does not read its replies
/// cannot make memory grow.
///
/// It closes when the client does, when a message is not a Varlink call or is longer than
/// kMaxVarlinkBytes, and when Close() is called.
class VarlinkConnection : public std::enable_shared_from_this<VarlinkConnection> {
 public:
  /// Takes over `socket`, which must not block. `user` is the user id of the client.
  VarlinkConnection(UniqueFd socket, uid_t user, MonoTime now);

  /// Returns the events to poll() the socket for.
  [[nodiscard]] short Events() const;
  /// Reads, calls `handler` and writes as far as that needs no waiting. `events` is what poll()
  /// found.
  void Step(short events, MonoTime now, const VarlinkHandler& handler);
  void Close() { socket_ = UniqueFd(); }

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool closed() const { return !socket_.ok(); }
  [[nodiscard]] uid_t user() const { return user_; }
  /// Returns whether it is the client's turn, to send a call or to read a reply.
  [[nodiscard]] bool waits_for_client() const { return !in_call_; }
  /// Returns whether a call was answered since the last Step(), and bytes of the next call have
  /// come already. poll() does not report these bytes, so Step() must be called.
  [[nodiscard]] bool has_more() const { return answered_ && !reader_.empty(); }
  /// Returns when the present turn began, be it the client's or that of the daemon.
  [[nodiscard]] MonoTime since() const { return since_; }

 private:
  void Read();
  void HandleMessages(MonoTime now, const VarlinkHandler& handler);
  void Handle(const std::string& message, const VarlinkHandler& handler);
  void Answer(ReplyText reply, bool oneway);
  void Write();

  UniqueFd socket_;
  uid_t user_;
  VarlinkReader reader_;
  std::optional<ReplyText> unsent_;  ///< the reply of which only `sent_` bytes are sent
  std::size_t sent_ = 0;
  bool in_call_ = false;
  bool answered_ = false;  ///< whether a call was answered since the last step
  MonoTime since_;
};

}  // namespace pamjwt::fetcher
