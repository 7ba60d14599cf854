#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "http/http.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

class KeyStore;

/// Keeps the keys of every issuer fresh: the schedule, the fetches, and the key file.
///
/// Nothing here waits or reads a clock: the caller's loop runs the HTTP exchanges, and says what
/// time it is.
class Fetcher {
 public:
  enum class RefreshEnd { kChanged, kUnchanged, kCooldown, kUnknownIssuer };
  using RefreshDone = std::function<void(RefreshEnd)>;
  using Clock = std::function<Instant()>;
  using Random = std::function<double()>;  ///< from 0, below 1
  enum class Level { kInfo, kWarning };
  using Log = std::function<void(Level, const std::string& line)>;

  /// `http` and `store` outlive the fetcher. `clock` is asked when an exchange ends.
  Fetcher(HttpClient& http, KeyStore& store, Clock clock, Random random = SystemRandom());
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// Where it says what changed and what fails. Without it, Status() alone says so.
  void LogTo(Log log);

  /// Takes over a configuration, the first one or after a reload: issuers that stayed keep their
  /// keys and schedule, the others go, new ones are due at once. Keys of the file serve until then.
  /// `keys.file` is the store's matter: another path needs another store.
  void Configure(const Config& config);

  /// Starts the fetches that are due, and replaces the key file if it is time. To be called again
  /// at NextWake(), and after each round of exchanges.
  void Run();
  [[nodiscard]] MonoTime NextWake() const;

  /// A login met a key that it does not know. At most one fetch an issuer per cooldown; calls
  /// during a fetch share it. `done` is called once, at once or when the fetch has ended and the
  /// key file is replaced.
  void Refresh(std::string_view issuer_url, RefreshDone done);

  /// Has every issuer been tried at least once, and the key file been written since, or failed to?
  [[nodiscard]] bool AllTried() const;
  [[nodiscard]] std::vector<IssuerStatus> Status() const;
  /// Why the key file could not be replaced when it was last tried; empty if it could.
  [[nodiscard]] const std::string& write_error() const;

  static Random SystemRandom();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pamjwt::fetcher
