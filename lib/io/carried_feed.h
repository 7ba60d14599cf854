#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "io/file.h"

namespace pamjwt {

// The feed of a fleet's denylist that jwks-fetcher has fetched. It is not verified: the file
// belongs to the daemon, which does nothing with the feed but carry it
// (docs/denylist-feed-format.md).

/// The name of the file, which lies beside the key file.
inline constexpr std::string_view kCarriedFeedName = "denylist.jwt";

/// Returns the path of the carried feed. `keys_file` is the path of the key file (`keys.file`).
std::string CarriedFeedPath(const std::string& keys_file);

/// Reads the carried feed at `path`, at most kMaxFeedBytes. The file may belong to the owner of its
/// directory, as FileRules::owner_of_directory says. Returns nullopt if no feed has come yet.
/// Errors: kDenylistDamaged if the file cannot be read or trusted, or is too long.
Result<std::optional<std::string>> ReadCarriedFeed(const std::string& path, Owners owners);

/// Returns whether the carried feed at `path` is `text`. Needs no memory for a second text. Returns
/// false for a file that ReadCarriedFeed would not read.
bool IsCarriedFeed(const std::string& path, Owners owners, std::string_view text);

/// Returns the length of the carried feed at `path`, in bytes. Returns nullopt if there is no such
/// file, or if it cannot be looked at.
std::optional<std::size_t> CarriedFeedBytes(const std::string& path);

/// Replaces the carried feed with `text`, so that a reader sees the old or the new one. Everybody
/// may read the file: it is public on the web server too. Errors: kInternal; the old file stays.
Status WriteCarriedFeed(const std::string& path, std::string_view text);

}  // namespace pamjwt
