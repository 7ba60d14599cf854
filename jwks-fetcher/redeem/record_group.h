#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::fetcher {

/// The use of a one-time token, as a store records it.
struct TokenUse {
  std::string key;
  UnixTime expires;  ///< the record is kept at least until then
};

/// The calls that wait until their records are written, all of them together.
class RecordGroup {
 public:
  /// Takes whether a use was the first one of its key.
  using RecordDone = std::function<void(Result<bool> first)>;
  /// Records all uses, or none of them after an error. Returns for each use whether it was the
  /// first one of its key. If a key is there twice, only the earlier use can be the first.
  using RecordAll = std::function<Result<std::vector<bool>>(std::span<const TokenUse> uses)>;

  /// Adds a call, which Record() or Fail() answers once, by `done`.
  void Add(TokenUse use, RecordDone done);
  [[nodiscard]] bool empty() const { return uses_.empty(); }

  /// Records the calls that wait by one call of `record`, and then answers each of them. After an
  /// error each of them gets that error. Calls that `done` adds wait for the next time.
  void Record(const RecordAll& record);
  /// Answers each call that waits with `error`, and records nothing.
  void Fail(const Error& error);

 private:
  std::vector<TokenUse> uses_;
  std::vector<RecordDone> waiting_;  ///< in the order of uses_
};

}  // namespace pamjwt::fetcher
