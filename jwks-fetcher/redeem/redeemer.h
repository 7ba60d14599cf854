#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/redeem/one_time_store.h"
#include "jwks-fetcher/redeem/redeem_status.h"

namespace pamjwt::fetcher {

/// The end of a call that redeems a token.
enum class RedeemEnd {
  kFirst,             ///< the token was not used before, and is recorded now
  kUsed,              ///< the token was used before
  kUnknownIssuer,     ///< the configuration has no issuer of this url
  kNotOneTime,        ///< the configuration does not ask for one-time tokens of this issuer
  kStoreUnavailable,  ///< the store could not say
  kNoConfig,          ///< there is no configuration yet
};

/// Takes how one call ended. It is called once.
using RedeemDone = std::function<void(RedeemEnd)>;

/// Redeems one-time tokens: applies the rules of the configuration, then asks the store.
class Redeemer {
 public:
  /// Makes the store that a configuration names, without opening it.
  using StoreFactory = std::function<std::unique_ptr<OneTimeStore>(const StoreOptions&)>;

  Redeemer(StoreFactory make, TimeSource clock, LogSink log);

  /// Takes over a configuration. Must be called before the other methods. Keeps the store unless
  /// the configuration names another store or another password_file. Opens the store now if
  /// one_time is set for any issuer.
  void Configure(const Config& config);

  /// Records that a token is used, and tells whether it was used before. The record is kept until
  /// six minutes after `expires`. If max_token_age is set, the record is kept from now on for at
  /// most max_token_age or one day, whichever is longer, and twice the leeway and six minutes more.
  /// Calls `done` once, during this call or later. Commit() must come before the caller waits.
  void Redeem(std::string_view issuer_url, std::string_view jti, UnixTime expires, RedeemDone done);

  // The store as part of the loop; see OneTimeStore.
  void Commit() { store_->Commit(clock_()); }
  [[nodiscard]] std::vector<pollfd> PollFds() const { return store_->PollFds(); }
  void Serve(std::span<const pollfd> fds) { store_->Serve(fds, clock_()); }
  [[nodiscard]] MonoTime NextWake() const { return store_->NextWake(); }

  [[nodiscard]] const RedeemStatus& status() const { return status_; }

 private:
  /// The rules of the configuration for the tokens of one issuer.
  struct RedeemRules {
    std::string url;
    bool one_time = false;
    Seconds max_token_age;
  };

  [[nodiscard]] const RedeemRules* Find(std::string_view issuer_url) const;
  [[nodiscard]] UnixTime KeepUntil(const RedeemRules& rules, UnixTime expires, UnixTime now) const;
  RedeemEnd Conclude(const Result<bool>& first);
  void NoteStore(const Status& status);

  StoreFactory make_;
  TimeSource clock_;
  LogSink log_;
  std::vector<RedeemRules> issuers_;
  Seconds leeway_;
  RedeemStatus status_;
  std::string store_url_;
  std::string password_file_;
  std::unique_ptr<OneTimeStore> store_;  ///< the last member: its end calls back into this object
};

}  // namespace pamjwt::fetcher
