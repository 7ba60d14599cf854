#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt {

/// The password of the store: the file's text less one newline at its end. The file may be read by
/// its group, and keeps the rules of files that decide. Errors: kRedeemUnavailable, also for an
/// empty one.
Result<SecretString> ReadStorePassword(const std::string& path, Owners owners);

}  // namespace pamjwt
