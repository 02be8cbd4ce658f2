'use strict';

// What Mercurius serves its GraphiQL page with, which no test asks for.
module.exports = (instance, options, done) => done();
