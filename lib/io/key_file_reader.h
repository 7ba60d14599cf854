#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/jose/jwk.h"
#include "core/keys/key_file.h"
#include "io/file.h"

namespace pamjwt {

/// The keys of one issuer in keys.jsonl.
struct KeyFileEntry {
  std::vector<Jwk> keys;
  std::optional<UnixTime> fetched;  ///< nullopt: the file has no line of the issuer
};

/// Finds the keys of the issuer with this url: those of `kid`, or all of them if `kid` is empty.
///
/// The file may belong to the owner of its directory, as FileRules::owner_of_directory says. It is
/// searched with a few small reads, whatever its length (docs/key-file-format.md). Keys that are
/// not usable are left out. Errors: kKeysMissing if the file cannot be read, or one of the lines
/// that are read is damaged.
Result<KeyFileEntry> FindInKeyFile(const std::string& path, Owners owners, std::string_view issuer,
                                   std::string_view kid);

/// Reads the whole file as ParseKeyFile does. Errors: kKeysMissing.
Result<std::vector<IssuerKeys>> LoadKeyFile(const std::string& path, Owners owners);

/// Checks whether a key file at this path could be trusted, as CheckPlaceOf does.
/// Errors: kKeysMissing.
Status CheckKeyFilePlace(const std::string& path, Owners owners);

}  // namespace pamjwt
