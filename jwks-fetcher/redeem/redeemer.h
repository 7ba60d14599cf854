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

/// How the redeeming of a token ended.
enum class RedeemEnd {
  kFirst,             ///< the token was not used before, and is recorded now
  kUsed,              ///< the token was used before
  kUnknownIssuer,     ///< the configuration has no issuer of this url
  kNotOneTime,        ///< the configuration does not ask for one-time tokens of this issuer
  kStoreUnavailable,  ///< the store could not say
};

/// Takes how one call ended. It is called once.
using RedeemDone = std::function<void(RedeemEnd)>;

/// Redeems one-time tokens: the rules of the configuration in front of a store.
class Redeemer {
 public:
  /// Makes the store of a configuration, without opening it.
  using StoreFactory = std::function<std::unique_ptr<OneTimeStore>(const StoreOptions&)>;

  Redeemer(StoreFactory make, TimeSource clock, LogSink log);

  /// Takes over a configuration. The store stays unless another one is named. Where some issuer has
  /// one_time, it is opened now.
  void Configure(const Config& config);

  /// Was the token used before? What is recorded stays until a minute after `expires`, though not
  /// longer than the configuration would take any token. `done` is called once, now or later.
  void Redeem(std::string_view issuer_url, std::string_view jti, UnixTime expires, RedeemDone done);

  [[nodiscard]] std::vector<pollfd> PollFds() const { return store_->PollFds(); }
  void Serve(std::span<const pollfd> fds) { store_->Serve(fds, clock_()); }
  [[nodiscard]] MonoTime NextWake() const { return store_->NextWake(); }

  [[nodiscard]] const RedeemStatus& status() const { return status_; }

 private:
  /// An issuer of the configuration.
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
  std::unique_ptr<OneTimeStore> store_;  ///< last: what still waits in it is told at its end
};

}  // namespace pamjwt::fetcher
