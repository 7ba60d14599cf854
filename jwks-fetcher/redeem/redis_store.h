#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "core/base/secret.h"
#include "core/config/store_url.h"
#include "jwks-fetcher/redeem/one_time_store.h"
#include "jwks-fetcher/redeem/redis_protocol.h"
#include "jwks-fetcher/redeem/store_connection.h"

namespace pamjwt::fetcher {

/// The place of a server, and the limits for its use.
struct RedisOptions {
  StoreUrl url;
  /// Returns the password, and is called for each connection. If this is empty, no password is
  /// sent.
  std::function<Result<SecretString>()> password;
  std::string ca_file;               ///< replaces the system's authorities; "" keeps them
  int timeout_ms = 1500;             ///< for a call, with connecting; shorter than a login waits
  std::int64_t max_age_ms = 60'000;  ///< of a connection; the next connection repeats the checks
  std::size_t max_calls = 1000;      ///< the most calls that may wait at a time
};

/// A OneTimeStore in a Valkey or Redis server, which many hosts may share.
///
/// The calls that wait are sent together, on one connection, and their replies come in the same
/// order. A server that could drop records is not used: its INFO must say
/// maxmemory_policy:noeviction and aof_enabled:1. INFO does not tell how often the server syncs its
/// file. If the server fails or hangs, all calls that wait for it fail, and the next call connects
/// again.
class RedisStore : public OneTimeStore {
 public:
  /// Does not connect before the first call.
  explicit RedisStore(RedisOptions options);
  /// Ends the calls that wait with an error.
  ~RedisStore() override;

  void Prepare(Instant now, std::function<void(Status)> done) override;
  void Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) override;
  void Commit(Instant now) override;
  [[nodiscard]] std::vector<pollfd> PollFds() const override;
  void Serve(std::span<const pollfd> fds, Instant now) override;
  [[nodiscard]] MonoTime NextWake() const override;

 private:
  using OnReply = std::function<void(const Result<RedisReply>&)>;
  /// A command that waits to be sent, or for its reply.
  struct PendingCommand {
    std::string wire;
    MonoTime deadline;
    OnReply on_reply;
  };

  void Enqueue(std::string wire, MonoTime now, OnReply on_reply);
  void Connect(MonoTime now);
  void Greet();
  void Ask(std::initializer_list<std::string_view> words, OnReply on_reply);
  void Expect(const char* what, const Result<RedisReply>& reply, std::string_view line);
  Status Exchange(std::span<const pollfd> fds, MonoTime now);
  void SendWaiting(MonoTime now);
  Status Write();
  Status Read();
  Status HandleReplies();
  [[nodiscard]] bool IsLate(MonoTime now) const;
  void Fail(const Error& error);

  RedisOptions options_;
  std::unique_ptr<StoreConnection> connection_;
  std::unique_ptr<RedisReader> reader_;
  MonoTime connected_;
  MonoTime greeting_deadline_ = kNever;  ///< when the checks of the server must have ended
  std::string unsent_;
  std::deque<PendingCommand> asked_;    ///< sent commands, in the order in which their replies come
  std::deque<PendingCommand> waiting_;  ///< calls that wait until the checks of the server end
  std::size_t greetings_ = 0;           ///< replies of these checks that are still to come
  Status greeted_ = Ok();               ///< what the checks found so far
};

}  // namespace pamjwt::fetcher
