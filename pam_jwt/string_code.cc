#include <string>

// All files instantiate std::string, and the linker keeps the first instantiation that it sees.
// This one is built for speed, as the parsers are, which append to strings letter by letter.
template class std::basic_string<char>;
