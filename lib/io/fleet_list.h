#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/denial.h"
#include "core/denylist/sorted_denials.h"

namespace pamjwt {

/// The time for which a list of the fleet goes on to count as before when it is past its end. It is
/// the greatest `leeway` there can be: the account phase must know it too, and reads no
/// configuration.
inline constexpr Seconds kStaleLeeway{5 * 60};

/// Returns whether a list of the fleet is past its end, and past kStaleLeeway.
bool IsStale(const SortedHead& head, UnixTime now);

/// Returns the path of the fleet's list: fleet.jsonl, in the directory of the denylist at
/// `denylist`, or of the denylist of this host.
std::string FleetListPath(const std::optional<std::string>& denylist);

/// The list of the fleet that this host keeps, open for a search (docs/denylist-feed-format.md).
class FleetList {
 public:
  /// Opens the list beside the denylist at `denylist`, or beside that of this host, and reads its
  /// first line. Returns nullopt if there is no such file. Errors: kDenylistDamaged, with the path.
  /// `denylist_was_read` says that the caller has just read that denylist: the directories above
  /// both files are then not looked at again.
  static Result<std::optional<FleetList>> Open(const std::optional<std::string>& denylist,
                                               bool denylist_was_read = false);

  [[nodiscard]] const SortedHead& head() const { return search_.head(); }

  /// Returns the entry that denies this account or this token, or nullopt. `token` is nullptr for a
  /// login without a token. Reads a few small parts of the file, however long it is.
  /// Errors: kDenylistDamaged, with the path; kInternal.
  Result<std::optional<Denial>> Find(std::string_view account, const TokenFacts* token);

 private:
  FleetList(std::string path, std::unique_ptr<TextInParts> text, SortedSearch search)
      : path_(std::move(path)), text_(std::move(text)), search_(std::move(search)) {}

  std::string path_;
  std::unique_ptr<TextInParts> text_;  // which search_ reads
  SortedSearch search_;
};

/// Reads and checks the whole list of the fleet beside `denylist`. Returns nullopt if there is no
/// such file. Errors: kDenylistDamaged, with the path.
Result<std::optional<SortedDenials>> ReadFleetList(const std::optional<std::string>& denylist);

}  // namespace pamjwt
