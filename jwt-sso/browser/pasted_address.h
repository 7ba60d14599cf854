#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::sso {

/// Asks on the terminal for the address at which the browser of another machine ended, and reads
/// it, at most 16 KiB, without showing it. Returns its query, without the "?". A signal that ends
/// or stops the process does so after the terminal is as it was before. Errors: kConversation if
/// there is no terminal or no answer; kMalformed if it is not an address with a query.
Result<SecretString> AskForAddress();

}  // namespace pamjwt::sso
