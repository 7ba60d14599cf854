#include "jwks-fetcher/redeem/redis_store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace pamjwt::fetcher {
namespace {

constexpr std::string_view kKeyPrefix = "pam_jwt:redeemed:";

Error Refuse(const std::string& why) {
  return {Reason::kRedeemUnavailable, "the store: " + why};
}

/// Checks whether a text has `line` as a whole line.
bool HasLine(std::string_view text, std::string_view line) {
  for (std::size_t at = text.find(line); at != std::string_view::npos;
       at = text.find(line, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '\n';
    const std::string_view behind = text.substr(at + line.size());
    if (begins && (behind.empty() || behind.front() == '\r' || behind.front() == '\n')) return true;
  }
  return false;
}

/// Returns the error that the server sent, in brackets, or "" for other replies.
std::string ErrorText(const RedisReply& reply) {
  return reply.kind == RedisReplyKind::kError ? " (" + reply.text + ")" : "";
}

/// Reads the reply to SET with NX: OK, or nil if the key was there before.
Result<bool> ToFirst(const Result<RedisReply>& reply) {
  if (!reply.ok()) return reply.error();
  const RedisReply& answer = reply.value();
  if (answer.kind == RedisReplyKind::kText && answer.text == "OK") return true;
  if (answer.kind == RedisReplyKind::kNil) return false;
  return Refuse("it did not record the token" + ErrorText(answer));
}

}  // namespace

RedisStore::RedisStore(RedisOptions options) : options_(std::move(options)) {}

RedisStore::~RedisStore() {
  Fail(Refuse("the configuration names another store now"));
}

void RedisStore::Prepare(Instant now, std::function<void(Status)> done) {
  Enqueue(FormatRedisCommand({"PING"}), now.mono,
          [done = std::move(done)](const Result<RedisReply>& reply) {
            done(reply.ok() ? Ok() : Status(reply.error()));
          });
}

void RedisStore::Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) {
  // The end is sent as a duration, because the clock of the server may differ from this host's.
  const std::int64_t seconds = std::max<std::int64_t>(expires.seconds - now.wall.seconds, 1);
  Enqueue(FormatRedisCommand(
              {"SET", std::string(kKeyPrefix) + key, "1", "NX", "EX", std::to_string(seconds)}),
          now.mono,
          [done = std::move(done)](const Result<RedisReply>& reply) { done(ToFirst(reply)); });
}

void RedisStore::Enqueue(std::string wire, MonoTime now, OnReply on_reply) {
  if (waiting_.size() + asked_.size() - greetings_ >= options_.max_calls) {
    return on_reply(Refuse("too many calls wait for it"));
  }
  waiting_.push_back(
      {std::move(wire), MonoTime{now.ms + options_.timeout_ms}, std::move(on_reply)});
  if (connection_ == nullptr) Connect(now);
  SendWaiting(now);
}

void RedisStore::Connect(MonoTime now) {
  connection_.reset();
  unsent_.clear();
  reader_ = std::make_unique<RedisReader>();
  connected_ = now;
  greeting_deadline_ = {now.ms + options_.timeout_ms};
  greetings_ = 0;
  greeted_ = Ok();
  Result<std::unique_ptr<StoreConnection>> connection =
      StoreConnection::Open(options_.url, options_.ca_file, options_.timeout_ms, now);
  if (!connection.ok()) return Fail(connection.error());
  connection_ = std::move(connection).value();
  Greet();
}

/// Sends the password, selects the database, and asks whether the server is configured to forget no
/// record.
void RedisStore::Greet() {
  if (options_.password) {
    Result<SecretString> password = options_.password();
    if (!password.ok()) return Fail(password.error());
    Ask({"AUTH", password.value().view()},
        [this](const auto& reply) { Expect("refuses the password", reply, "OK"); });
    reader_->Hide(std::move(password).value());
  }
  if (options_.url.database != 0) {
    Ask({"SELECT", std::to_string(options_.url.database)},
        [this](const auto& reply) { Expect("does not have the database", reply, "OK"); });
  }
  Ask({"INFO", "memory"}, [this](const auto& reply) {
    Expect("could drop records: set maxmemory-policy noeviction", reply,
           "maxmemory_policy:noeviction");
  });
  Ask({"INFO", "persistence"}, [this](const auto& reply) {
    Expect("would lose all records when it ends: set appendonly yes", reply, "aof_enabled:1");
  });
}

void RedisStore::Ask(std::initializer_list<std::string_view> words, OnReply on_reply) {
  unsent_ += FormatRedisCommand(words);
  asked_.push_back({"", greeting_deadline_, std::move(on_reply)});
  ++greetings_;
}

/// Checks that the reply to a command of Greet() is a text that has the line `line`. If it is not,
/// `what` says in the error what the server does wrong.
void RedisStore::Expect(const char* what, const Result<RedisReply>& reply, std::string_view line) {
  --greetings_;
  if (!reply.ok() || !greeted_.ok()) return;
  const RedisReply& answer = reply.value();
  const bool is_text = answer.kind == RedisReplyKind::kText;
  if (is_text && HasLine(answer.text, line)) return;
  greeted_ = Refuse(std::string("it ") + what + ErrorText(answer));
}

/// Sends the calls that wait, once the checks of the server have succeeded. If the connection is
/// too old, connects again first.
void RedisStore::SendWaiting(MonoTime now) {
  if (connection_ == nullptr || !connection_->is_open() || greetings_ != 0) return;
  greeting_deadline_ = kNever;
  const bool is_old = now.ms - connected_.ms >= options_.max_age_ms;
  if (is_old && !waiting_.empty()) {
    if (asked_.empty()) Connect(now);
    return;
  }
  while (!waiting_.empty()) {
    PendingCommand call = std::move(waiting_.front());
    waiting_.pop_front();
    unsent_ += std::exchange(call.wire, {});
    asked_.push_back(std::move(call));
  }
}

std::vector<pollfd> RedisStore::PollFds() const {
  if (connection_ == nullptr) return {};
  return connection_->PollFds(!unsent_.empty());
}

MonoTime RedisStore::NextWake() const {
  if (connection_ == nullptr) return kNever;
  MonoTime next = std::min(connection_->NextWake(), greeting_deadline_);
  if (!asked_.empty()) next = std::min(next, asked_.front().deadline);
  if (!waiting_.empty()) next = std::min(next, waiting_.front().deadline);
  return next;
}

bool RedisStore::IsLate(MonoTime now) const {
  return now >= greeting_deadline_ || (!asked_.empty() && now >= asked_.front().deadline) ||
         (!waiting_.empty() && now >= waiting_.front().deadline);
}

void RedisStore::Commit(Instant /*now*/) {
  const Status written = Write();
  if (!written.ok()) Fail(written.error());
}

void RedisStore::Serve(std::span<const pollfd> fds, Instant now) {
  if (connection_ == nullptr) return;
  const Status exchanged = Exchange(fds, now.mono);
  if (!exchanged.ok()) return Fail(exchanged.error());
  if (IsLate(now.mono)) Fail(Refuse("no answer in time"));
}

Status RedisStore::Exchange(std::span<const pollfd> fds, MonoTime now) {
  Status served = connection_->Serve(fds, now);
  if (!served.ok() || !connection_->is_open()) return served;
  Status read = Read();
  if (!read.ok()) return read;
  SendWaiting(now);
  return Write();
}

Status RedisStore::Write() {
  const bool can_send = connection_ != nullptr && connection_->is_open();
  while (can_send && !unsent_.empty()) {
    const Result<std::size_t> sent = connection_->Send(unsent_);
    if (!sent.ok()) return sent.error();
    if (sent.value() == 0) return Ok();
    unsent_.erase(0, sent.value());
  }
  return Ok();
}

/// Reads everything that has come. With TLS, poll() does not report bytes that libcurl has read
/// already.
Status RedisStore::Read() {
  std::array<char, 4096> buffer{};
  while (true) {
    const Result<std::size_t> size = connection_->Receive(buffer);
    if (!size.ok()) return size.error();
    if (size.value() == 0) return greeted_;
    Status fed = reader_->Feed({buffer.data(), size.value()});
    if (!fed.ok()) return fed;
    Status handled = HandleReplies();
    if (!handled.ok()) return handled;
  }
}

Status RedisStore::HandleReplies() {
  while (true) {
    const Result<std::optional<RedisReply>> reply = reader_->Next();
    if (!reply.ok()) return reply.error();
    if (!reply.value().has_value()) return Ok();
    if (asked_.empty()) return Refuse("it sent a reply to nothing");
    const PendingCommand call = std::move(asked_.front());
    asked_.pop_front();
    call.on_reply(*reply.value());
  }
}

/// Closes the connection, and ends all calls that wait with `error`. The next call connects again.
void RedisStore::Fail(const Error& error) {
  connection_.reset();
  greeting_deadline_ = kNever;
  std::deque<PendingCommand> calls = std::exchange(asked_, {});
  for (PendingCommand& call : waiting_) {
    calls.push_back(std::move(call));
  }
  waiting_.clear();
  for (const PendingCommand& call : calls) {
    call.on_reply(error);
  }
}

}  // namespace pamjwt::fetcher
