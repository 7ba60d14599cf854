#pragma once

#include <string>

namespace pamjwt::test {

/// Another spelling of OwnAccount(). NSS finds the account by it too, as with a directory that does
/// not tell large letters from small ones.
const std::string& OtherSpelling();

}  // namespace pamjwt::test
