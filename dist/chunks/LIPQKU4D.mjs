import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{o as a,p as b}from"./OQ4J7PDN.mjs";import"./MDPEUXTR.mjs";import"./MK7QEDSJ.mjs";import"./7VAN7YLS.mjs";import"./2OK6HGXL.mjs";import"./VBDIISW4.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{b as changedExamples,a as evaluate};
