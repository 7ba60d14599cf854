#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "jwks-fetcher/http.h"
#include "jwks-fetcher/issuer_status.h"
#include "jwks-fetcher/mono_time.h"

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

  /// `http` and `store` outlive the fetcher. `clock` is asked when an exchange ends.
  Fetcher(HttpClient& http, KeyStore& store, Clock clock);
  ~Fetcher();

  /// Takes over a configuration, the first one or after a reload: issuers that stayed keep their
  /// keys and schedule, the others go, new ones are due at once. Keys of the file serve until then.
  void Configure(const Config& config);

  /// Starts the fetches that are due. To be called again at NextWake().
  void Run();
  [[nodiscard]] MonoTime NextWake() const;

  /// A login met a key that it does not know. At most one fetch an issuer per cooldown; calls
  /// during a fetch share it. `done` is called once, at once or when the fetch has ended and the
  /// key file is replaced.
  void Refresh(std::string_view issuer_url, RefreshDone done);

  /// Has every issuer been tried at least once?
  [[nodiscard]] bool AllTried() const;
  [[nodiscard]] std::vector<IssuerStatus> Status() const;
};

}  // namespace pamjwt::fetcher
