#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "io/unique_fd.h"
#include "io/varlink.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Gives the reply to a call, once, now or later. A connection that has gone by then takes none.
using VarlinkAnswer = std::function<void(VarlinkReply)>;
using VarlinkHandler = std::function<void(const VarlinkCall&, VarlinkAnswer)>;

/// One client. Never waits; one call at a time: nothing is read before the reply to the last call
/// is written, so a client that does not read cannot make anything grow.
///
/// It closes when the client does, for a message that is no Varlink call or longer than
/// kMaxVarlinkBytes, and where the caller says that it has been idle for too long.
class VarlinkConnection : public std::enable_shared_from_this<VarlinkConnection> {
 public:
  /// `socket` does not block.
  VarlinkConnection(UniqueFd socket, uid_t user, MonoTime now);

  /// What to poll() the socket for.
  [[nodiscard]] short Events() const;
  /// Reads, calls `handler` and writes, as far as it goes. `events` is what poll() found.
  void Step(short events, MonoTime now, const VarlinkHandler& handler);
  void Close() { socket_ = UniqueFd(); }

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool closed() const { return !socket_.ok(); }
  [[nodiscard]] uid_t user() const { return user_; }
  /// Is it the client's turn, to send a call or to read a reply? Since when?
  [[nodiscard]] bool waits_for_client() const { return !in_call_; }
  [[nodiscard]] MonoTime since() const { return since_; }

 private:
  void Read();
  void HandleMessages(MonoTime now, const VarlinkHandler& handler);
  void Handle(const std::string& message, const VarlinkHandler& handler);
  void Answer(const VarlinkReply& reply, bool oneway);
  void Write();

  UniqueFd socket_;
  uid_t user_;
  VarlinkReader reader_;
  std::string unsent_;
  bool in_call_ = false;
  bool answered_ = false;  ///< since the last step
  MonoTime since_;
};

}  // namespace pamjwt::fetcher
