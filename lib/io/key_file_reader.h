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

/// What keys.jsonl has for one issuer.
struct KeyFileEntry {
  std::vector<Jwk> keys;
  std::optional<UnixTime> fetched;  ///< none: the file has no line of the issuer
};

/// Looks for the keys of the issuer with this url: those of `kid`, or all of them if it is empty.
///
/// The file may also belong to the owner of its directory, if nobody else may write a directory
/// above. It is searched with a few small reads, so that it may have any number of keys
/// (docs/key-file-format.md). Keys that are not usable are left out. Errors: kKeysMissing if the
/// file cannot be read, or what is looked at is damaged.
Result<KeyFileEntry> FindInKeyFile(const std::string& path, Owners owners, std::string_view issuer,
                                   std::string_view kid);

/// The whole file, strictly. Errors: kKeysMissing.
Result<std::vector<IssuerKeys>> LoadKeyFile(const std::string& path, Owners owners);

/// Could a key file at this path be trusted? See CheckPlaceOf. Errors: kKeysMissing.
Status CheckKeyFilePlace(const std::string& path, Owners owners);

}  // namespace pamjwt
