#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/redeem/redeem_status.h"
#include "jwks-fetcher/redeem/store.h"

namespace pamjwt::fetcher {

/// Redeems one-time tokens: the rules of the configuration in front of a store.
class Redeemer {
 public:
  enum class End { kFirst, kUsed, kUnknownIssuer, kNotOneTime, kStoreUnavailable };
  using Done = std::function<void(End)>;
  using Clock = std::function<Instant()>;
  /// Makes the store of a configuration, without opening it.
  using MakeStore = std::function<std::unique_ptr<OneTimeStore>(const StoreOptions&)>;

  Redeemer(MakeStore make, Clock clock, LogSink log);

  /// Takes over a configuration. The store stays unless another one is named. Where some issuer has
  /// one_time, it is opened now.
  void Configure(const Config& config);

  /// Was the token used before? What is recorded stays until a minute after `expires`, though not
  /// longer than the configuration would take any token. `done` is called once, now or later.
  void Redeem(std::string_view issuer_url, std::string_view jti, UnixTime expires, Done done);

  void AddTo(std::vector<pollfd>& fds) const { store_->AddTo(fds); }
  void Serve(std::span<const pollfd> fds) { store_->Serve(fds, clock_()); }
  [[nodiscard]] MonoTime NextWake() const { return store_->NextWake(); }

  [[nodiscard]] const RedeemStatus& status() const { return status_; }

 private:
  /// An issuer of the configuration.
  struct Rules {
    std::string url;
    bool one_time = false;
    Seconds max_token_age;
  };

  [[nodiscard]] const Rules* Find(std::string_view issuer_url) const;
  [[nodiscard]] UnixTime KeepUntil(const Rules& rules, UnixTime expires, UnixTime now) const;
  End Conclude(const Result<bool>& first);
  void NoteStore(const Status& status);

  MakeStore make_;
  Clock clock_;
  LogSink log_;
  std::vector<Rules> issuers_;
  Seconds leeway_;
  RedeemStatus status_;
  std::string store_url_;
  std::string password_file_;
  std::unique_ptr<OneTimeStore> store_;  ///< last: what still waits in it is told at its end
};

}  // namespace pamjwt::fetcher
